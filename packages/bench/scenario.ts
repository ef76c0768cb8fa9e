import type { Subjects } from './subjects.ts';

/** What the command line may set; a scenario has its own defaults. */
export interface BenchOptions {
  clients?: number | undefined;
  people?: number | undefined;
  broadcasts?: number | undefined;
  rate?: number | undefined;
  seed?: number | undefined;
  rounds?: number | undefined;
  /** Of the trials those alone whose title has this in it. */
  only?: string | undefined;
  /** A short run, to see that it works: its figures mean little. */
  quick: boolean;
}

export interface Report {
  /** Markdown. */
  text: string;
  /** What it comes to, a sentence each, for whoever has run it. */
  verdict: string[];
  /** What a subject promised and did not keep. */
  faults: string[];
}

export interface Scenario {
  title: string;
  /** What it asks and how, in Markdown. */
  about: string;
  run(subjects: Subjects, options: BenchOptions, say: (line: string) => void): Promise<Report>;
}
