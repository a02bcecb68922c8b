// The curves of a training as live charts. Colours are the theme's, looked up at every drawing.
import uPlot from '../lib/uPlot.esm.js';

const HEIGHT = 220, MOST = 5000;
// There is no half step.
const WHOLE = [...Array(9).keys()].flatMap(power => [1, 2, 5].map(n => n * 10 ** power));
const COLOURS = {
  loss: '--curve-faint', smoothed: '--curve-1', validation: '--curve-2', rate: '--curve-1', norm: '--curve-1', speed: '--curve-1',
};

export function createCharts(element) {
  let rows = [];
  const colour = name => () => getComputedStyle(element).getPropertyValue(name).trim();
  const line = { stroke: colour('--curve-grid'), width: 1 };
  const axis = { stroke: colour('--curve-text'), grid: line, ticks: line };
  const short = value => {
    if (value == null) return '–';
    const isPlain = value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 10000);
    return isPlain ? Number(value.toPrecision(3)).toString() : value.toExponential(1);
  };

  const make = (title, series, log) => {
    const holder = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = title;
    holder.append(caption);
    element.append(holder);
    const chart = new uPlot({
      width: Math.max(element.clientWidth, 260), height: HEIGHT,
      scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
      axes: [{ ...axis, size: 32, incrs: WHOLE }, { ...axis, size: 64, values: (_, ticks) => ticks.map(t => t == null ? '' : short(t)) }],
      series: [{ label: 'step' }, ...series.map(s => ({
        label: s.label, stroke: colour(COLOURS[s.key]), width: s.width ?? 1.5, spanGaps: true,
        points: { show: s.points ?? false, size: 5, fill: colour(COLOURS[s.key]) }, value: (_, v) => short(v),
      }))],
      legend: { live: true },
      cursor: { drag: { x: true, y: false } },
    }, [[], ...series.map(() => [])], holder);
    return { chart, holder, keys: series.map(s => s.field), title };
  };

  const charts = [
    make('Loss (logarithmic)', [
      { label: 'each step', key: 'loss', field: 'loss', width: 1 },
      { label: 'smoothed', key: 'smoothed', field: 'smoothed', width: 2 },
      { label: 'validation', key: 'validation', field: 'validation', width: 2, points: true },
    ], true),
    make('Learning rate', [{ label: 'learning rate', key: 'rate', field: 'learningRate' }]),
    make('Gradient norm before clipping', [{ label: 'norm', key: 'norm', field: 'gradientNorm', width: 1 }], true),
    make('Images per second', [{ label: 'images/s', key: 'speed', field: 'picturesPerSecond' }]),
  ];

  const resize = new ResizeObserver(() => {
    for (const { chart, holder } of charts) chart.setSize({ width: Math.max(holder.clientWidth, 260), height: HEIGHT });
  });
  resize.observe(element);
  const theme = new MutationObserver(() => charts.forEach(c => c.chart.redraw(false, true)));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  function draw() {
    const steps = rows.map(r => r.step);
    for (const { chart, keys } of charts) chart.setData([steps, ...keys.map(k => rows.map(r => r[k] ?? null))]);
    const last = rows.at(-1);
    if (!last) return;
    element.dataset.points = rows.length;
    element.dataset.last = last.step;
    for (const { holder, keys, title } of charts) {
      const values = keys.map(k => short(rows.findLast(r => r[k] != null)?.[k]));
      holder.setAttribute('aria-label', `${title}, after step ${last.step}: ${values.join(', ')}`);
    }
  }

  return {
    last: () => rows.length > MOST ? 0 : rows.at(-1)?.step ?? 0,
    add(more) {
      if (more.length === 0) return;
      rows = rows.filter(r => r.step < more[0].step).concat(more);
      draw();
    },
    destroy() {
      resize.disconnect();
      theme.disconnect();
      for (const { chart } of charts) chart.destroy();
      element.replaceChildren();
    },
  };
}
