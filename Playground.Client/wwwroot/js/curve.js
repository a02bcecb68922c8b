// The curves of a training as live charts. Colors are the theme's, looked up at every drawing.
import uPlot from '../lib/uPlot.esm.js';

const HEIGHT = 320, SMALL_HEIGHT = 150, NARROW = 600, MOST = 5000;
// There is no half step.
const WHOLE = [...Array(9).keys()].flatMap(power => [1, 2, 5].map(n => n * 10 ** power));
// Those of other runs, one after the other.
const OTHERS = ['--curve-3', '--curve-4', '--curve-5', '--curve-6'];
const COLORS = {
  loss: '--curve-faint', smoothed: '--curve-1', validation: '--curve-2', rate: '--curve-1', norm: '--curve-1', speed: '--curve-1',
};

// The texts are by name: Loss, EachStep, … and State, which takes a title, a step and values.
export function createCharts(element, texts) {
  let rows = [], others = [];
  const heightOf = index => index === 0 ? (element.clientWidth < NARROW ? 240 : HEIGHT) : SMALL_HEIGHT;
  const color = name => () => getComputedStyle(element).getPropertyValue(name).trim();
  const line = { stroke: color('--curve-grid'), width: 1 };
  const axis = { stroke: color('--curve-text'), grid: line, ticks: line };
  const short = value => {
    if (value == null) return '–';
    const isPlain = value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 10000);
    return isPlain ? Number(value.toPrecision(3)).toString() : value.toExponential(1);
  };

  const make = (index, title, series, log) => {
    const holder = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = title;
    holder.append(caption);
    element.append(holder);
    const chart = new uPlot({
      width: Math.max(holder.clientWidth, 200), height: heightOf(index),
      scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
      axes: [{ ...axis, size: 32, incrs: WHOLE }, { ...axis, size: 64, values: (_, ticks) => ticks.map(t => t == null ? '' : short(t)) }],
      series: [{ label: texts.Step }, ...series.map(s => ({
        label: s.label, stroke: color(COLORS[s.key]), width: s.width ?? 1.5, spanGaps: true,
        points: { show: s.points ?? false, size: 5, fill: color(COLORS[s.key]) }, value: (_, v) => short(v),
      }))],
      legend: { show: index === 0 },
      cursor: { drag: { x: true, y: false } },
    }, [[], ...series.map(() => [])], holder);
    return { chart, holder, keys: series.map(s => s.field), title };
  };

  const charts = [
    make(0, texts.Loss, [
      { label: texts.EachStep, key: 'loss', field: 'loss', width: 1 },
      { label: texts.Smoothed, key: 'smoothed', field: 'smoothed', width: 2 },
      { label: texts.Validation, key: 'validation', field: 'validation', width: 2, points: true },
    ], true),
    make(1, texts.Rate, [{ label: texts.Rate, key: 'rate', field: 'learningRate' }]),
    make(2, texts.Norm, [{ label: texts.Norm, key: 'norm', field: 'gradientNorm', width: 1 }], true),
    make(3, texts.Speed, [{ label: texts.Speed, key: 'speed', field: 'picturesPerSecond' }]),
  ];

  const resize = new ResizeObserver(() => {
    charts.forEach(({ chart, holder }, i) => chart.setSize({ width: Math.max(holder.clientWidth, 200), height: heightOf(i) }));
  });
  resize.observe(element);
  const theme = new MutationObserver(() => charts.forEach(c => c.chart.redraw(false, true)));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  function draw() {
    const steps = rows.map(r => r.step);
    const own = keys => [steps, ...keys.map(k => rows.map(r => r[k] ?? null))];
    const tables = [own(charts[0].keys), ...others.map(o => [o.rows.map(r => r.step), o.rows.map(r => r.smoothed ?? null)])];
    charts[0].chart.setData(others.length === 0 ? tables[0] : uPlot.join(tables));
    for (const { chart, keys } of charts.slice(1)) chart.setData(own(keys));
    element.dataset.runs = others.length;
    const last = rows.at(-1);
    if (!last) return;
    element.dataset.points = rows.length;
    element.dataset.last = last.step;
    for (const { holder, keys, title } of charts) {
      const values = keys.map(k => short(rows.findLast(r => r[k] != null)?.[k]));
      const parts = [title, last.step, values.join(', ')];
      holder.setAttribute('aria-label', texts.State.replace(/\{(\d)\}/g, (_, n) => parts[n]));
    }
  }

  return {
    last: () => rows.length > MOST ? 0 : rows.at(-1)?.step ?? 0,
    add(more) {
      if (more.length === 0) return;
      rows = rows.filter(r => r.step < more[0].step).concat(more);
      draw();
    },
    // Lays the smoothed losses of other runs, each with its name and its rows, beside those of this one.
    compare(runs) {
      const { chart, keys } = charts[0];
      chart.setData([[], ...chart.series.slice(1).map(() => [])]);
      while (chart.series.length > 1 + keys.length) chart.delSeries(chart.series.length - 1);
      others = runs;
      others.forEach(({ name }, i) => chart.addSeries({
        label: name, stroke: color(OTHERS[i % OTHERS.length]), width: 2, dash: [6, 4], spanGaps: true, points: { show: false },
        value: (_, v) => short(v),
      }));
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
