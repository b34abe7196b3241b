import { moment } from './format.ts';
import { type Html, html } from './html.ts';
import { pageParts } from './html-page.ts';
import { page } from './page.ts';

/** What all pages of an evaluation say: of what the figures are, and how they were made. All text is untrusted. */
export interface EvaluationPage {
  /** What was measured, e.g. `recognition`. */
  readonly heading: string;
  readonly description: string;
  /** ISO 8601. */
  readonly measuredAt: string;
  /** Model, data and protocol: label and value. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** What a reader must know before comparing. */
  readonly notes: readonly string[];
  /** The command that repeats it. */
  readonly command: string;
}

/** A part of a page; left out if it has no content. */
export interface EvaluationPart {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: Html | undefined | false;
}

/** The page of one evaluation: one HTML file without other files, network or scripts. */
export function evaluationPage(
  { heading, description, measuredAt, facts, notes, command }: EvaluationPage,
  head: Html,
  parts: readonly EvaluationPart[],
  furtherStyle: string,
): string {
  const all: readonly EvaluationPart[] = [
    ...parts,
    {
      id: 'protocol',
      title: 'Protocol',
      content:
        facts.length > 0 &&
        html`<dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`,
    },
    { id: 'again', title: 'Run it again', content: command !== '' && html`<pre><code>${command}</code></pre>` },
  ];
  return page({
    title: `${heading}: evaluation`,
    kind: 'Kaleido-BERT evaluation',
    heading,
    description,
    note: html`<p class="finished">Measured <time datetime="${measuredAt}">${moment(measuredAt)}</time></p>`,
    content: html`${head}
${notes.length > 0 && html`<aside class="notes"><h2>Before you read the figures</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></aside>`}
${pageParts(all.flatMap(({ content, ...part }) => (content ? [{ ...part, content }] : [])))}`,
    furtherStyle: `${factsStyle}${furtherStyle}`,
  });
}

const factsStyle = `
.figures th, .figures td { padding-left: 16px; }
.figures thead th[scope=col] { vertical-align: bottom; }
.figures thead th[scope=col]:not(:first-child), .figures td.text { white-space: normal; }
.figures tbody th { white-space: normal; }
.facts { max-width: 760px; }
.facts dt { max-width: 40%; }
`;
