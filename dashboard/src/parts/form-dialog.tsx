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
  readonly children: ReactNode;
}

function Body({ button, ready = true, send, close, children }: FormDialogProps) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send) {
      close();
      return;
    }
    if (!ready || sending) return;
    setSending(true);
    setProblem(null);
    try {
      await send();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };
  return (
    <Form className="wish" onSubmit={(event) => void submit(event)}>
      {children}
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
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
      <Modal className="modal">
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
