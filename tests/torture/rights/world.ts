/** Who has what right now, as the answers of the center say; what it must answer follows from that and from the tables. */
import { actionsOf, type Action, type Role } from '@heat-center/api/access.ts';
import { ROUTES, type Route, type RouteName } from '@heat-center/api/routes.ts';

export interface Person {
  readonly id: string;
  role: Role;
  disabled: boolean;
  password: string;
}

/** A cookie or a token: something that somebody holds and that can end. */
export interface Holder {
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: 'person' | 'token';
  /** The person's id, or the token's. */
  readonly of: string;
  readonly may: readonly Action[];
  stands: boolean;
}

export class World {
  readonly people = new Map<string, Person>();
  readonly holders: Holder[] = [];

  /** A person signed in. */
  signedIn({ id, role }: Person, cookie: string, origin: string): Holder {
    const headers = { cookie, origin };
    return this.#hold({ what: `session of ${id}`, headers, kind: 'person', of: id, may: actionsOf(role) });
  }

  given(id: string, token: string, right: { role: Role; scope: readonly Action[] | null }): Holder {
    const headers = { authorization: `Bearer ${token}` };
    const may = actionsOf(right.role, right.scope);
    return this.#hold({ what: `token ${id}`, headers, kind: 'token', of: id, may });
  }

  #hold(holder: Omit<Holder, 'stands'>): Holder {
    const held = { ...holder, stands: true };
    this.holders.push(held);
    return held;
  }

  /** Everything of a person or token ends; returns what stood until now. */
  end(of: string): Holder[] {
    const ended = this.holders.filter((holder) => holder.of === of && holder.stands);
    for (const holder of ended) holder.stands = false;
    return ended;
  }

  /** Ends that are long past are forgotten, so that each step costs the same. */
  forget(keep: number): void {
    const past = this.holders.filter(({ stands }) => !stands);
    for (const holder of past.slice(0, -keep)) this.holders.splice(this.holders.indexOf(holder), 1);
  }
}

/** Asked without a body and about nothing that is there, these change nothing; the rest would. */
const CHANGING: ReadonlySet<RouteName> = new Set(['login', 'logout', 'loginLink', 'beginBackup', 'live']);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
export const ASKED = (Object.keys(ROUTES) as RouteName[]).filter((name) => !CHANGING.has(name));

export function urlOf({ path }: Route): string {
  return path
    .replace('/:id', path.includes('tokens') ? '/00000000-0000-4000-8000-000000000000' : '/nowhere')
    .replace(':command', 'nothing')
    .replace('/*', '/');
}

/** 401, 403, or undefined for anything else. */
export function declared(route: Route, { stands, may, kind }: Holder): number | undefined {
  const { access, only } = route;
  if (access === 'public') return undefined;
  if (!stands) return 401;
  if (only === (kind === 'person' ? 'bearer' : 'person')) return 403;
  return access === 'known' || may.includes(access) ? undefined : 403;
}
