// One image, large: whole multiples of its pixels, so that they stay crisp. Shows the tiles' pixels as they change.
const STEPS = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

export class Viewer {
  #dialog;
  #tiles;
  #onUse;
  #index = 0;
  #zoom = null;

  constructor(dialog, tiles, onUse) {
    this.#dialog = dialog;
    this.#tiles = tiles;
    this.#onUse = onUse;
    dialog.addEventListener('click', e => this.#do(e.target.closest('[data-do]')?.dataset.do));
    dialog.addEventListener('keydown', e => this.#onKey(e));
    dialog.addEventListener('close', () => tiles.focus(this.#index));
    this.#view.addEventListener('wheel', e => this.#onWheel(e), { passive: false });
    new ResizeObserver(() => this.refresh()).observe(this.#view);
  }

  get #view() {
    return this.#dialog.querySelector('[data-view]');
  }

  open(i) {
    this.#index = i;
    this.#zoom = null;
    this.#dialog.showModal();
    this.#view.focus();
    this.refresh();
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  refresh() {
    const source = this.#tiles.canvas(this.#index);
    if (!this.#dialog.open || !source) return;
    const canvas = this.#dialog.querySelector('canvas');
    if (canvas.width !== source.width || canvas.height !== source.height) [canvas.width, canvas.height] = [source.width, source.height];
    canvas.getContext('2d').drawImage(source, 0, 0);
    const zoom = this.#zoom ?? this.#fit(source);
    canvas.style.width = `${source.width * zoom}px`;
    canvas.style.height = `${source.height * zoom}px`;
    this.#write('[data-zoom]', `×${zoom}`);
    this.#write('[data-number]', `${this.#index + 1} / ${this.#tiles.count}`);
    this.#write('[data-caption]', this.#tiles.facts[this.#index].caption);
    for (const button of this.#dialog.querySelectorAll('[data-done]')) button.disabled = !this.#tiles.isDone;
    this.#dialog.querySelector('[data-do=previous]').disabled = this.#index === 0;
    this.#dialog.querySelector('[data-do=next]').disabled = this.#index === this.#tiles.count - 1;
  }

  #write(selector, text) {
    const element = this.#dialog.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  }

  #fit(source) {
    const { clientWidth, clientHeight } = this.#view;
    const most = Math.min(clientWidth / source.width, clientHeight / source.height);
    return most >= 1 ? Math.floor(most) : most;
  }

  #do(what) {
    switch (what) {
      case 'close': return this.close();
      case 'previous': return this.#go(this.#index - 1);
      case 'next': return this.#go(this.#index + 1);
      case 'first': return this.#go(0);
      case 'last': return this.#go(this.#tiles.count - 1);
      case 'in': return this.#zoomBy(1);
      case 'out': return this.#zoomBy(-1);
      case 'fit':
        this.#zoom = null;
        return this.refresh();
      case 'save': return this.#save(1);
      case 'large': return this.#save(8);
      case 'use':
        if (!this.#tiles.isDone) return undefined;
        this.close();
        return this.#onUse(this.#index);
      default: return undefined;
    }
  }

  #go(i) {
    this.#index = Math.min(this.#tiles.count - 1, Math.max(0, i));
    this.refresh();
  }

  #zoomBy(way) {
    const source = this.#tiles.canvas(this.#index);
    const now = this.#zoom ?? this.#fit(source);
    this.#zoom = (way > 0 ? STEPS.find(s => s > now) : STEPS.findLast(s => s < now)) ?? now;
    this.refresh();
  }

  // The file is the server's, with the recipe in it.
  #save(scale) {
    if (!this.#tiles.isDone) return;
    const link = document.createElement('a');
    link.href = `/api/v1/jobs/${this.#tiles.job}/${this.#index}.png?scale=${scale}`;
    link.download = `playground-${this.#tiles.job.slice(0, 8)}-${this.#index + 1}.png`;
    link.click();
  }

  #onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const what = { ArrowLeft: 'previous', ArrowRight: 'next', Home: 'first', End: 'last', '+': 'in', '=': 'in', '-': 'out', 0: 'fit',
      s: 'save', u: 'use' }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!what) return;
    e.preventDefault();
    this.#do(what);
  }

  #onWheel(e) {
    e.preventDefault();
    this.#zoomBy(e.deltaY < 0 ? 1 : -1);
  }
}
