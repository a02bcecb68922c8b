// One image, large: whole multiples of its pixels, so that they stay crisp. Shows the tiles' pixels as they change.
const STEPS = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];
// How far a finger goes, in CSS pixels, before it means the next image.
const SWIPE = 48;

export class Viewer {
  #dialog;
  #tiles;
  #onUse;
  #index = 0;
  #zoom = null;
  #touches = new Map();
  #pinch = null;

  /** onUse(index, what): one of the buttons that mean something to the page: "use", or others of its own. */
  constructor(dialog, tiles, onUse) {
    this.#dialog = dialog;
    this.#tiles = tiles;
    this.#onUse = onUse;
    for (const name of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'])
      this.#view.addEventListener(name, e => e.pointerType === 'touch' && this.#onTouch(e));
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
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#view.focus();
    this.#tiles.onShow?.(i);
    this.refresh();
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  get index() {
    return this.#index;
  }

  get isOpen() {
    return this.#dialog.open;
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
    this.#write('[data-caption]', this.#tiles.caption(this.#index));
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
        return this.#onUse(this.#index, what);
      default: return what && this.#onUse(this.#index, what);
    }
  }

  #go(i) {
    this.#index = Math.min(this.#tiles.count - 1, Math.max(0, i));
    this.#tiles.onShow?.(this.#index);
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
    [link.href, link.download] = this.#tiles.file(this.#index, scale);
    link.click();
  }

  #onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest('input, textarea, [contenteditable]')) return;
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const what = this.#tiles.keys?.[key] ?? { ArrowLeft: 'previous', ArrowRight: 'next', Home: 'first', End: 'last', '+': 'in', '=': 'in',
      '-': 'out', 0: 'fit', s: 'save', u: 'use' }[key];
    if (!what) return;
    e.preventDefault();
    this.#do(what);
  }

  // One finger goes to the next image where there is nothing to move, two zoom.
  #onTouch(e) {
    const { clientX: x, clientY: y } = e;
    if (e.type === 'pointerdown') this.#touches.set(e.pointerId, { x, y, from: x, down: y });
    const touch = this.#touches.get(e.pointerId);
    if (!touch) return;
    [touch.x, touch.y] = [x, y];
    if (this.#touches.size === 2) {
      const [a, b] = this.#touches.values();
      const apart = Math.hypot(a.x - b.x, a.y - b.y);
      this.#pinch ??= apart;
      const ratio = apart / this.#pinch;
      if (ratio > 1.35 || ratio < 0.74) {
        this.#pinch = apart;
        this.#zoomBy(ratio > 1 ? 1 : -1);
      }
    }
    if (e.type !== 'pointerup' && e.type !== 'pointercancel') return;
    this.#touches.delete(e.pointerId);
    const moved = x - touch.from;
    const isFree = this.#view.scrollWidth <= this.#view.clientWidth + 1;
    if (e.type === 'pointerup' && !this.#pinch && isFree && Math.abs(moved) > SWIPE && Math.abs(moved) > 2 * Math.abs(y - touch.down))
      this.#go(this.#index + (moved < 0 ? 1 : -1));
    if (this.#touches.size === 0) this.#pinch = null;
  }

  #onWheel(e) {
    e.preventDefault();
    this.#zoomBy(e.deltaY < 0 ? 1 : -1);
  }
}
