const PATHS = {
  back: 'M15 5l-7 7 7 7',
  check: 'M5 13l4.5 4.5L19 7',
  clock: 'M12 7v5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 5v14M6 13l6 6 6-6',
  leave: 'M15 12H4m0 0l4-4m-4 4l4 4M13 4h5a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-5',
  offer: 'M3 12V5a2 2 0 0 1 2-2h7l9 9-9 9zM7.5 7.5h.01',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 8L5 13l5 5M5 13h9a5 5 0 0 0 5-5V6',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  send: 'M4 12l16-8-5 16-3.5-6.5z',
  twoChecks: 'M2 13l4.5 4.5L16 7M11.5 16.5l1 1L22 7',
  warning:
    'M12 8v5m0 3.5h.01M10.3 3.9L2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0z',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a text that says the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
