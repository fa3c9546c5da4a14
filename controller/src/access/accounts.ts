/** People: added, changed, removed, and signed in by their passwords. */
import type { UserChange, UserRegistration, UserView } from '@heat-center/api/users.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Actor } from '../ports.ts';
import { requireStrong, type Passwords } from './passwords.ts';
import { newPassword } from './secrets.ts';
import { LINK_NAME } from './sessions.ts';
import type { SessionStore, UserRecord, UserStore } from './stores.ts';
import { addressKey, type Throttle } from './throttle.ts';

/** Names under which the center itself and its own tokens act. */
const RESERVED: ReadonlySet<string> = new Set([LINK_NAME, 'automation', 'center', 'heat-center', 'nobody']);

export interface AccountParts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly byAccount: Throttle;
  readonly byAddress: Throttle;
}

export interface Attempt {
  readonly user: string;
  readonly password: string;
  /** Where it comes from. */
  readonly address: string;
  readonly now: number;
}

export class Accounts {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  list(): UserView[] {
    const sessions = this.#parts.sessions.sessionsByUser();
    return this.#parts.users.users().map((user) => viewOf(user, sessions.get(user.id) ?? 0));
  }

  view(id: string): UserView {
    return viewOf(this.#require(id), this.#parts.sessions.sessionsByUser().get(id) ?? 0);
  }

  /** Throws `already_exists`, `weak_password`, `busy`. Returns the password where it was made up here. */
  async add(asked: UserRegistration, actor: Actor): Promise<string | undefined> {
    const { id, full_name, role } = asked;
    if (RESERVED.has(id)) throw new HeatError('already_exists', `The name ${id} is the center's own.`);
    if (this.#parts.users.user(id)) throw new HeatError('already_exists', `The name ${id} is taken.`);
    const password = asked.password ?? newPassword();
    requireStrong(password, id);
    const user: UserRecord = {
      id,
      full_name: full_name ?? null,
      role,
      disabled: false,
      password: await this.#parts.passwords.hash(password),
      created_at: actor.at,
      signed_in_at: null,
    };
    this.#parts.users.addUser(user, actor);
    return asked.password === undefined ? password : undefined;
  }

  /** Throws `not_found`, `own_account`, `weak_password`, `busy`. */
  async change(id: string, change: UserChange, actor: Actor): Promise<void> {
    const { full_name, role, disabled, password } = change;
    this.#require(id);
    if (actor.by === id && (role ?? disabled ?? password) !== undefined) {
      throw new HeatError(
        'own_account',
        'You change your own password with the current one, and your rights not at all.',
      );
    }
    if (password !== undefined) requireStrong(password, id);
    const hash = password === undefined ? undefined : await this.#parts.passwords.hash(password);
    // Hashing takes a while: the record of now is changed, not the one of before.
    const before = this.#require(id);
    const after: UserRecord = {
      ...before,
      full_name: full_name === undefined ? before.full_name : full_name,
      role: role ?? before.role,
      disabled: disabled ?? before.disabled,
      password: hash ?? before.password,
    };
    const endSessions = hash !== undefined || after.role !== before.role || after.disabled;
    this.#parts.users.changeUser(after, actor, endSessions && {});
  }

  /** Throws `not_found`, `own_account`. */
  remove(id: string, actor: Actor): void {
    this.#require(id);
    if (actor.by === id) throw new HeatError('own_account', 'You cannot remove yourself.');
    this.#parts.users.removeUser(id, actor);
  }

  /** The person, or `wrong_credentials`, `too_many_attempts` or `busy`; says the same whether or not the name is known. */
  async signIn(attempt: Attempt): Promise<UserRecord> {
    const { users, passwords } = this.#parts;
    const { user, isOutdated } = await this.#judge(attempt);
    // A queue that is full is no reason to keep somebody out: the next sign-in does it.
    const hash = isOutdated ? await passwords.hash(attempt.password).catch(() => undefined) : undefined;
    // Another password, or the end of the account, may have come while the hash was made.
    if (users.user(user.id)?.password !== user.password) throw refusal();
    users.signedIn(user.id, attempt.now, hash);
    return user;
  }

  /** A person's own new password; ends their other sessions. Throws as `signIn` does, and `weak_password`. */
  async changeOwn(attempt: Attempt, password: string, session: Uint8Array): Promise<void> {
    requireStrong(password, attempt.user);
    const { user: judged } = await this.#judge(attempt);
    const hash = await this.#parts.passwords.hash(password);
    const user = this.#require(attempt.user);
    if (user.password !== judged.password) throw refusal();
    const actor = { by: user.id, at: attempt.now };
    this.#parts.users.changeUser({ ...user, password: hash }, actor, { except: session });
  }

  async #judge(attempt: Attempt): Promise<{ user: UserRecord; isOutdated: boolean }> {
    const { users, passwords } = this.#parts;
    this.#charge(attempt);
    const found = users.user(attempt.user);
    const verdict = await passwords.check(attempt.password, found?.password).catch((error: unknown) => {
      this.#forgive(attempt);
      throw error;
    });
    // What stands now counts: the person may have been disabled while the hash was made.
    const user = users.user(attempt.user);
    if (verdict === 'wrong' || !user || user.disabled || user.password !== found?.password) {
      throw refusal();
    }
    this.#forgive(attempt);
    return { user, isOutdated: verdict === 'outdated' };
  }

  #charge({ user, address, now }: Attempt): void {
    const { byAccount, byAddress } = this.#parts;
    byAddress.check(addressKey(address), now);
    byAccount.check(user, now);
    byAddress.fail(addressKey(address), now);
    byAccount.fail(user, now);
  }

  #forgive({ user, address, now }: Attempt): void {
    this.#parts.byAddress.forgive(addressKey(address), now);
    this.#parts.byAccount.forgive(user, now);
  }

  #require(id: string): UserRecord {
    const user = this.#parts.users.user(id);
    if (!user) throw new HeatError('not_found', `There is nobody named ${id}.`);
    return user;
  }
}

const refusal = (): HeatError =>
  new HeatError('wrong_credentials', 'Nobody signs in with this name and password.');

function viewOf(user: UserRecord, sessions: number): UserView {
  const { id, full_name, role, disabled, created_at, signed_in_at } = user;
  return { id, full_name, role, disabled, created_at, signed_in_at, sessions };
}
