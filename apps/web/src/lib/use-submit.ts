import { useEffect, useRef, useState, type SubmitEvent } from 'react';

import { fieldProblems, problemText } from './problem.ts';

interface Submit {
  isBusy: boolean;
  /** What is wrong with the whole; undefined also where the fields say it. */
  problem: string | undefined;
  problems: Partial<Record<string, string>>;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
}

/** A form's submission: one at a time, and what was wrong with the last one, where the focus then goes. */
export function useSubmit(work: (form: FormData) => Promise<unknown>): Submit {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const form = useRef<HTMLFormElement>(null);
  const problems = fieldProblems(error);
  useEffect(() => {
    if (error !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [error]);

  const submit = async (filled: FormData) => {
    setBusy(true);
    setError(undefined);
    try {
      await work(filled);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    problem: error === undefined || Object.keys(problems).length > 0 ? undefined : problemText(error),
    problems,
    onSubmit(event) {
      event.preventDefault();
      form.current = event.currentTarget;
      if (!isBusy) void submit(new FormData(event.currentTarget));
    },
  };
}

/** What was written in a field, without the space around it. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
