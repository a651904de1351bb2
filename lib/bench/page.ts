// A run as one HTML page that needs nothing else: tables and plots. The plots are drawn by echarts, which only a checkout of this
// package has (it is large); without it the page has the tables.

import { FAILURES } from './answer.js';
import { ARMS } from './task.js';
import { FAILURE_NAMES } from './report.js';
import type { Row } from './summary.js';

/** Colours that stay apart for colour-blind readers (Okabe and Ito). */
const COLOURS = { undecodable: '#0072b2', schema: '#56b4e9', tool: '#d55e00', arguments: '#e69f00', error: '#999999' } as const;
const ARM_COLOURS: Readonly<Record<(typeof ARMS)[number], string>> = { unconstrained: '#999999', constrained: '#56b4e9', 'fast-forward': '#009e73' };

/** Facts about a run, shown above the tables. */
export type Facts = Readonly<Record<string, string>>;

/** The page. */
export async function page(title: string, facts: Facts, rows: readonly Row[]): Promise<string> {
  const plots = await drawPlots(rows);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escape(title)}</h1>`,
    `<dl>${Object.entries(facts).map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`,
    ...(plots ?? ['<p>Plots need echarts: npm install echarts.</p>']),
    '<h2>All figures</h2>',
    htmlTable(rows),
    '</body></html>\n',
  ].join('\n');
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dt{color:#666}dd{margin:0}
table{border-collapse:collapse;font-size:13px}td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #ddd}
td:nth-child(-n+2),th:nth-child(-n+2){text-align:left}figure{margin:1.5rem 0}`;

function htmlTable(rows: readonly Row[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const head = ['category', 'arm', 'prompts', 'right', ...FAILURES.map((failure) => FAILURE_NAMES[failure]), 'retries', 'recovered', 'tokens', 'steps',
    'fast-forwarded', 'tokens per valid call', 'prompt, ms', 'answer, ms'];
  const body = rows.map((row) => [
    row.category, row.arm, row.trials, percent(1 - row.failureRate), ...FAILURES.map((failure) => percent(row.failures[failure])), row.retries, row.recovered,
    row.tokens.toFixed(1), row.steps.toFixed(1), percent(row.fastForwarded), row.tokensPerValidCall?.toFixed(1) ?? '', row.promptMs.toFixed(1), row.answerMs.toFixed(1),
  ]);
  const line = (cells: readonly (string | number)[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${escape(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${line(head, 'th')}</thead><tbody>${body.map((cells) => line(cells, 'td')).join('\n')}</tbody></table>`;
}

async function drawPlots(rows: readonly Row[]): Promise<string[] | undefined> {
  const echarts = await import('echarts').catch(() => undefined);
  if (echarts === undefined) return undefined;
  const draw = (option: object, height: number): string => {
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 1100, height });
    try {
      chart.setOption({ animation: false, ...option });
      return `<figure>${chart.renderToSVGString()}</figure>`;
    } finally {
      // Or its timer keeps the process alive.
      chart.dispose();
    }
  };
  const categories = [...new Set(rows.map(({ category }) => category))];
  const arms = ARMS.filter((arm) => rows.some((row) => row.arm === arm));
  const height = 120 + 26 * rows.length;
  return [draw(failurePlot(rows), height), draw(barPlot('Tokens for each valid call', rows, categories, arms, ({ tokensPerValidCall }) => tokensPerValidCall), 360),
    draw(barPlot('Model steps for each prompt', rows, categories, arms, ({ steps }) => steps), 360),
    draw(barPlot('Time of the answer behind the prompt, ms', rows, categories, arms, ({ answerMs }) => answerMs), 360)];
}

/** A stacked bar for each category and arm. */
function failurePlot(rows: readonly Row[]): object {
  const labels = rows.map(({ category, arm }) => `${category}, ${arm}`);
  return {
    title: { text: 'Failures, percent of prompts' },
    legend: { top: 28 },
    grid: { left: 230, right: 30, top: 64, bottom: 30 },
    xAxis: { type: 'value', min: 0, max: 100 },
    yAxis: { type: 'category', data: labels, inverse: true },
    series: FAILURES.map((failure) => ({
      name: FAILURE_NAMES[failure],
      type: 'bar',
      stack: 'failures',
      itemStyle: { color: COLOURS[failure] },
      data: rows.map(({ failures }) => round(100 * failures[failure])),
    })),
  };
}

function barPlot(title: string, rows: readonly Row[], categories: readonly string[], arms: readonly Row['arm'][], of: (row: Row) => number | undefined): object {
  const valueOf = (category: string, arm: string): number | null => {
    const row = rows.find((one) => one.category === category && one.arm === arm);
    const value = row === undefined ? undefined : of(row);
    return value === undefined ? null : round(value);
  };
  return {
    title: { text: title },
    legend: { top: 28 },
    grid: { left: 70, right: 30, top: 64, bottom: 60 },
    xAxis: { type: 'category', data: categories, axisLabel: { interval: 0, rotate: 15 } },
    yAxis: { type: 'value' },
    series: arms.map((arm) => ({
      name: arm,
      type: 'bar',
      itemStyle: { color: ARM_COLOURS[arm] },
      label: { show: true, position: 'top', fontSize: 9 },
      data: categories.map((category) => valueOf(category, arm)),
    })),
  };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
