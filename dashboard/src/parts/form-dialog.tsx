/** A dialog with a form: one clear button, the problem where it failed, Esc and focus as everywhere. */
import type { Problem } from '@heat-center/api/common.ts';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import {
  Button,
  Dialog,
  Form,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  TextField,
} from 'react-aria-components';
import { problemOf } from '../api.ts';
import { ProblemNote } from './problem.tsx';
import { useWords } from './words.ts';

export interface FormDialogProps {
  readonly title: string;
  /** The verb on the button; without one there is nothing to send and the dialog only closes. */
  readonly button?: string;
  readonly ready?: boolean;
  /** Rejects with an ApiError when it was refused; what follows a success is the caller's. */
  readonly send?: () => Promise<void>;
  readonly close: () => void;
  readonly alert?: boolean;
  /** For a form beside a picture. */
  readonly wide?: boolean;
  /** Another way out, for example back to a default. */
  readonly aside?: { readonly text: string; readonly send: () => Promise<void> };
  readonly children: ReactNode;
}

function Body({ button, ready = true, send, close, aside, children }: FormDialogProps) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const run = async (act: () => Promise<void>) => {
    if (sending) return;
    setSending(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!send) close();
    else if (ready) void run(send);
  };
  return (
    <Form className="wish" onSubmit={submit}>
      {children}
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        {aside && (
          <Button className="button aside" onPress={() => void run(aside.send)}>
            {aside.text}
          </Button>
        )}
        {button !== undefined && (
          <Button className="button" onPress={close}>
            {t('dialog.close')}
          </Button>
        )}
        <Button className="button primary" type="submit" isDisabled={!ready} isPending={sending}>
          {sending ? t('dialog.working') : (button ?? t('dialog.done'))}
        </Button>
      </div>
    </Form>
  );
}

export function FormDialog(props: FormDialogProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={props.button !== undefined}
      onOpenChange={(open) => {
        if (!open) props.close();
      }}
    >
      <Modal className={props.wide === true ? 'modal wide' : 'modal'}>
        <Dialog role={props.alert === true ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{props.title}</Heading>
          <Body {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly help?: string;
  readonly type?: 'text' | 'password';
  readonly complete?: string;
  readonly first?: boolean;
}

export function Text({ label, value, set, help, type = 'text', complete = 'off', first = false }: TextProps) {
  return (
    <TextField
      value={value}
      onChange={set}
      type={type}
      autoComplete={complete}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first field of a dialog just asked for
      autoFocus={first}
    >
      <Label>{label}</Label>
      <Input />
      {help !== undefined && <span className="quiet">{help}</span>}
    </TextField>
  );
}

/** A secret that cannot be had again. */
export function Secret({ text }: { text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <p className="secret">
        <code>{text}</code>
        {window.isSecureContext && (
          <Button
            className="button small"
            onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
          >
            {copied ? t('secret.copied') : t('secret.copy')}
          </Button>
        )}
      </p>
      <p>{t('secret.once')}</p>
    </>
  );
}
