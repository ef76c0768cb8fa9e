import { useId, type ComponentProps, type ReactNode } from 'react';

interface Labels {
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
}

type TextFieldProps = Labels & Omit<ComponentProps<'input'>, 'id' | 'className'>;
type TextAreaProps = Labels & Omit<ComponentProps<'textarea'>, 'id' | 'className'>;
type SelectProps = Labels & Omit<ComponentProps<'select'>, 'id' | 'className'>;

export function TextField({ label, hint, problem, ...input }: TextFieldProps) {
  const labels = useLabels({ label, hint, problem });
  return <Labelled {...labels}>{<input {...input} {...labels.control} />}</Labelled>;
}

export function TextArea({ label, hint, problem, ...textarea }: TextAreaProps) {
  const labels = useLabels({ label, hint, problem });
  return <Labelled {...labels}>{<textarea {...textarea} {...labels.control} />}</Labelled>;
}

export function Select({ label, hint, problem, ...select }: SelectProps) {
  const labels = useLabels({ label, hint, problem });
  return <Labelled {...labels}>{<select {...select} {...labels.control} />}</Labelled>;
}

interface Wired extends Labels {
  noteId: string;
  control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true };
}

function useLabels({ label, hint, problem }: Labels): Wired {
  const id = useId();
  const noteId = `${id}-note`;
  const isWrong = problem !== undefined;
  return {
    label,
    hint,
    problem,
    noteId,
    control: {
      id,
      ...((isWrong || hint !== undefined) && { 'aria-describedby': noteId }),
      ...(isWrong && { 'aria-invalid': true }),
    },
  };
}

function Labelled({ label, hint, problem, noteId, control, children }: Wired & { children: ReactNode }) {
  const note = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={control.id}>{label}</label>
      {children}
      {note !== undefined && (
        <p id={noteId} className={problem === undefined ? 'hint' : 'field-problem'}>
          {note}
        </p>
      )}
    </div>
  );
}
