const DELAYS = ['', '[animation-delay:160ms]', '[animation-delay:320ms]'] as const;

export function TypingDots() {
  return (
    <span aria-hidden className="inline-flex items-center gap-0.75">
      {DELAYS.map((delay) => (
        <span key={delay} className={`size-1.25 animate-typing rounded-full bg-current ${delay}`} />
      ))}
    </span>
  );
}
