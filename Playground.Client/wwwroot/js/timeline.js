// The steps of a run under its images: a slider through the frames that are kept, which plays, follows a run that is under way, and fetches
// a frame when it is looked at. Frames that arrive live are shown as they come until somebody looks back.
import { Player } from './player.js';

const SIZE = { xt: 'noisy', x0: 'clean' };
const KEPT_PIXELS = 24 << 20, REFRESH_MS = 400;
const ENDED = ['succeeded', 'failed', 'canceled'];

export class Timeline {
  #root;
  #tiles;
  #run = null;
  #side = 'xt';
  #player;

  constructor(root, tiles) {
    this.#root = root;
    this.#tiles = tiles;
    this.#player = new Player(this);
    this.#slider.addEventListener('input', () => this.#seek(Number(this.#slider.value)));
    this.#slider.addEventListener('keydown', e => this.#onKey(e));
    this.#part('play').addEventListener('click', () => this.#toggle());
    this.#part('live').addEventListener('click', () => this.#live());
    const menu = this.#part('export');
    menu.addEventListener('toggle', () => menu.open && this.#offer());
    menu.addEventListener('change', () => this.#link());
    menu.addEventListener('keydown', e => {
      if (e.key !== 'Escape' || !menu.open) return;
      // The page's own Esc would cancel a run.
      e.stopPropagation();
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  }

  /** Another run, or none. */
  lay(id) {
    this.#player.clear();
    this.#run = id && { id, steps: 0, head: 0, frames: [], stride: 1, dropped: 0, isEnded: false, isLoaded: false, follows: true,
      newest: null, shown: null, wanted: null, status: '', looked: 0 };
    this.#part('export').open = false;
    this.#render();
  }

  /** A change of the run, and the newest frame where one came with it. */
  change(job, frame) {
    const run = this.#run;
    if (run?.id !== job.id) return;
    const wasEnded = run.isEnded;
    [run.steps, run.head, run.status, run.isEnded] = [job.steps, job.step, job.status, ENDED.includes(job.status)];
    if (frame) {
      run.newest = frame;
      if (run.follows) this.#draw(frame);
    }
    if (run.isEnded && !wasEnded) this.#end(run);
    this.#render();
  }

  /** The clean estimates, or the images as noisy as they are. */
  showClean(on) {
    this.#side = on ? 'x0' : 'xt';
    const { shown } = this.#run ?? {};
    if (shown) this.#draw(shown);
    if (this.#part('export').open) this.#link();
  }

  detach() {
    this.lay(null);
  }

  get frames() {
    return this.#run.frames;
  }

  get most() {
    const last = this.#run.frames.at(-1);
    return last ? Math.floor(KEPT_PIXELS / (last.count * last.width * last.height)) : 0;
  }

  // What came from the hub is with its frame.
  key(frame) {
    return frame.load || frame[this.#side] ? null : `${frame.step}/${this.#side}`;
  }

  // The images of a frame: from the hub, or from the server.
  async load(frame) {
    if (frame.load) return frame.load();
    if (frame[this.#side]) return decode(frame[this.#side]);
    const response = await fetch(`/api/v1/jobs/${this.#run.id}/frames/${frame.step}/${this.#side}.png`);
    if (!response.ok) throw new Error(response.statusText);
    return createImageBitmap(await response.blob());
  }

  draw(frame, picture) {
    this.#run.shown = frame;
    this.#tiles.draw(picture, frame.step, frame.load ? 'xt' : this.#side, frame.count);
    this.#render();
  }

  // Whether frames have come since.
  async more() {
    const run = this.#run;
    const known = run.frames.length;
    if (!run.isEnded) await this.#refresh(run, true);
    return run.frames.length > known;
  }

  changed() {
    this.#render();
  }

  #part = name => this.#root.querySelector(`[data-part=${name}]`);

  get #slider() {
    return this.#part('step');
  }

  // All that were kept are there now.
  async #end(run) {
    await this.#refresh(run, true);
    if (run !== this.#run) return;
    const last = run.frames.at(-1);
    if (run.follows && last && !run.newest) this.#draw(last);
    else if (!last && !run.newest && run.status === 'succeeded') this.#drawFinished(run);
    this.#render();
  }

  // A run whose frames are gone still has its images.
  async #drawFinished(run) {
    const response = await fetch(`/api/v1/jobs/${run.id}/grid.png`);
    if (!response.ok || run !== this.#run) return;
    const file = await response.blob();
    this.#draw({ step: run.head, load: () => createImageBitmap(file) });
  }

  async #refresh(run, must) {
    if (run.isLoaded && run.isEnded) return;
    if (!must && performance.now() - run.looked < REFRESH_MS) return;
    run.looked = performance.now();
    const response = await fetch(`/api/v1/jobs/${run.id}/frames`);
    if (!response.ok) {
      run.isLoaded = run.isEnded;
      return;
    }
    const index = await response.json();
    [run.frames, run.stride, run.dropped] = [index.frames, index.stride, index.dropped];
    run.isLoaded = index.isComplete;
  }

  #draw(frame) {
    this.#run.shown = frame;
    this.#render();
    return this.#player.show(frame);
  }

  async #seek(step) {
    this.#player.stop();
    await this.#show(step);
  }

  // The kept frame nearest to a step.
  async #show(step) {
    const run = this.#run;
    if (!run) return;
    if (!run.isEnded && step >= run.head) {
      this.#live();
      return;
    }
    [run.follows, run.wanted] = [false, step];
    if (!run.frames.length || (!run.isLoaded && step > run.frames.at(-1).step)) await this.#refresh(run, !run.frames.length);
    if (run.wanted !== step) return;
    run.wanted = null;
    if (run !== this.#run || run.follows || !run.frames.length) return;
    const frame = run.frames.reduce((best, f) => Math.abs(f.step - step) < Math.abs(best.step - step) ? f : best);
    await this.#draw(frame);
  }

  // As many kept frames on, or back.
  async #go(by) {
    const run = this.#run;
    this.#player.stop();
    if (!run.isLoaded) await this.#refresh(run, !run.frames.length);
    const at = run.shown?.step ?? run.head;
    const next = by > 0 ? run.frames.filter(f => f.step > at)[by - 1] ?? (run.isEnded ? run.frames.at(-1) : null)
      : run.frames.filter(f => f.step < at).at(by) ?? run.frames[0];
    if (next) await this.#show(next.step);
    else this.#live();
  }

  #live() {
    const run = this.#run;
    this.#player.stop();
    [run.follows, run.wanted] = [true, null];
    const frame = run.newest ?? run.frames.at(-1);
    if (frame) this.#draw(frame);
    this.#render();
  }

  #toggle() {
    if (this.#player.isPlaying) this.#player.stop();
    else this.#play();
  }

  // From the frame that is shown, or from the first where that is the last.
  async #play() {
    const run = this.#run;
    run.follows = false;
    if (!run.isLoaded) await this.#refresh(run, true);
    const from = run.shown && run.shown.step < (run.frames.at(-1)?.step ?? 0) ? run.shown.step : 0;
    // It has caught up with the run.
    if (run === this.#run && await this.#player.play(from) && !run.isEnded) this.#live();
  }

  #onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || !this.#run) return;
    const page = Math.max(1, Math.round(this.#run.frames.length / 10));
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page }[e.key];
    if (by) this.#go(by);
    else if (e.key === 'Home') this.#seek(1);
    else if (e.key === 'End') this.#seek(this.#run.steps);
    else if (e.key === ' ') this.#toggle();
    else return;
    e.preventDefault();
  }

  #render() {
    const [run, texts, { dataset }] = [this.#run, this.#root.dataset, this.#root];
    const isEmpty = !run || (run.isLoaded && run.frames.length < 2);
    const isGone = run?.isLoaded && run.status === 'succeeded' && !run.frames.length && run.steps > 1;
    this.#root.hidden = !run || (isEmpty && !isGone);
    this.#part('controls').hidden = isEmpty;
    if (!run) return;
    dataset.playing = this.#player.isPlaying;
    dataset.follows = run.follows;
    this.#write('note', isGone ? texts.gone : [
      run.stride > 1 && run.frames.length ? texts.stride.replace('{0}', run.stride) : '',
      run.dropped ? texts.dropped.replace('{0}', run.dropped) : '',
    ].filter(Boolean).join(' '));
    const { shown } = run;
    const step = shown?.step ?? Math.max(1, run.head);
    const slider = this.#slider;
    [slider.max, slider.value, slider.disabled] = [Math.max(1, run.steps), run.wanted ?? step, !run.head];
    this.#root.style.setProperty('--head', `${run.steps ? 100 * run.head / run.steps : 0}%`);
    // Before the first step is done there is none to name.
    const where = shown || run.head ? texts.where.replace('{0}', step).replace('{1}', run.steps) : '';
    const t = shown?.timestep != null && `t ${Math.round(shown.timestep)}`;
    const sigma = shown?.sigma != null && `σ ${short(shown.sigma)}`;
    this.#write('where', [where, t, sigma].filter(Boolean).join(' · '));
    slider.setAttribute('aria-valuetext', where);
    const play = this.#part('play');
    play.disabled = run.head < 2;
    const label = this.#player.isPlaying ? texts.pause : texts.play;
    if (play.ariaLabel !== label) [play.ariaLabel, play.title] = [label, label];
    const live = this.#part('live');
    live.hidden = run.isEnded;
    live.setAttribute('aria-pressed', run.follows);
    this.#part('export').hidden = !run.isLoaded;
  }

  #write(part, text) {
    const element = this.#part(part);
    if (element.textContent !== text) element.textContent = text;
    if (part === 'note') element.hidden = !text;
  }

  // The images to choose from, as they are now.
  #offer() {
    const picks = this.#part('picks');
    picks.replaceChildren(...this.#tiles.facts.map((fact, i) => pick(fact, i, this.#tiles.canvas(i))));
    this.#part('which').hidden = this.#tiles.count < 2;
    this.#link();
  }

  // The links say what is chosen; sizes that no file may have cannot be.
  #link() {
    const [run, menu, first] = [this.#run, this.#part('export'), this.#run.frames[0]];
    const picked = [...menu.querySelectorAll('[data-pick]:checked')].map(box => box.value);
    const frames = Math.min(run.frames.length, Number(menu.dataset.frames));
    const pixels = (picked.length || this.#tiles.count) * first.width * first.height * frames;
    const sizes = [...menu.querySelectorAll('input[name=export-scale]')];
    for (const size of sizes) size.disabled = pixels * size.value ** 2 > Number(menu.dataset.pixels);
    if (sizes.find(s => s.checked).disabled) sizes.findLast(s => !s.disabled || s === sizes[0]).checked = true;
    const scale = sizes.find(s => s.checked).value;
    const query = `side=${this.#side}&scale=${scale}${picked.length ? `&images=${picked.join(',')}` : ''}`;
    for (const link of menu.querySelectorAll('a[data-format]')) {
      const { format } = link.dataset;
      link.href = `/api/v1/jobs/${run.id}/frames/export.${format}?${query}`;
      link.download = `playground-${run.id.slice(0, 8)}-${SIZE[this.#side]}.${format}`;
    }
  }
}

const decode = base64 => createImageBitmap(new Blob([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], { type: 'image/png' }));

const short = value => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

function pick(fact, i, source) {
  const label = document.createElement('label');
  const box = document.createElement('input');
  [box.type, box.value, box.ariaLabel] = ['checkbox', i, fact.label];
  box.dataset.pick = '';
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [source.width, source.height];
  canvas.getContext('2d').drawImage(source, 0, 0);
  label.append(box, canvas);
  label.title = fact.caption;
  return label;
}
