import { TriangleAlert } from 'lucide-react';

/** What is wrong with a form as a whole. */
export function FormProblem({ text }: { text: string | undefined }) {
  return (
    <div role="alert" className="empty:hidden">
      {text !== undefined && (
        <p className="flex items-start gap-2.5 rounded-xl bg-destructive-soft px-3.5 py-2.5 text-sm text-destructive">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {text}
        </p>
      )}
    </div>
  );
}
