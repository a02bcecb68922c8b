// The gallery's wall: tens of thousands of images of which only those in view exist. Scrolling, selecting and opening happen here, since a
// way to the server and back would be felt; the page is told what is selected and shown, and makes the changes.
import { GalleryImage } from './gallery-image.js';

const GAP = 8, OVERSCAN = 2, PAGE = 200, FETCH_PAUSE = 80, HOLD = 450, MOVED = 10, KEPT = 'playground.gallery';
const ACTIONS = { '.': 'star', Delete: 'delete', Backspace: 'delete', z: 'undo', 0: 'rate0', 1: 'rate1', 2: 'rate2', 3: 'rate3', 4: 'rate4',
  5: 'rate5' };
let wall;

export function attach(root, dialog, dotnet) {
  wall = new Wall(root, dialog, dotnet);
  return sessionStorage.getItem(KEPT);
}

export const show = (query, kept, key) => wall.show(query, kept, key);
export const refresh = () => wall.refresh();
export const clearSelection = () => wall.clear();
export const selectAll = () => wall.selectAll();
export const selected = () => new TextEncoder().encode(JSON.stringify([...wall.selection]));
export const openImage = place => wall.image.open(place);
export const closeImage = () => wall.image.close();
export const reveal = place => wall.reveal(place);
export const resize = side => wall.resize(side);

export function download(address) {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

export function detach() {
  wall?.end();
  wall = null;
}

class Wall {
  selection = new Set();
  total = 0;
  #pages = new Map();
  #tiles = new Map();
  #query = null;
  #kept = '';
  #columns = 1;
  #side = 160;
  #cell = 160;
  #active = 0;
  #anchor = 0;
  #top = 0;
  #fetched = 0;
  #timer = 0;
  #generation = 0;
  #frame = 0;
  #settle = 0;
  #hold = null;
  #held = false;
  #texts;
  #images = new Map();
  #listeners = new AbortController();

  constructor(root, dialog, page) {
    [this.root, this.page] = [root, page];
    this.sizer = root.firstElementChild;
    this.#texts = root.dataset;
    this.#side = Number(root.dataset.side) || this.#side;
    this.image = new GalleryImage(dialog, this, page,
      Object.fromEntries(Object.entries(ACTIONS).filter(([key]) => key !== 'z' && key !== '0')), what => this.#act(what));
    const on = (target, name, run, options) => target.addEventListener(name, run, { ...options, signal: this.#listeners.signal });
    on(root, 'scroll', () => this.#draw(), { passive: true });
    on(root, 'click', e => this.#onClick(e));
    on(root, 'dblclick', e => this.#indexOf(e) >= 0 && this.image.open(this.#indexOf(e)));
    on(root, 'keydown', e => this.#onKey(e));
    on(root, 'contextmenu', e => this.#held && e.preventDefault());
    for (const name of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel']) on(root, name, e => this.#onPointer(e));
    on(window, 'pagehide', () => this.#keep());
    on(document, 'keydown', e => this.#onUndoKey(e));
    this.observer = new ResizeObserver(() => this.#measure());
    this.observer.observe(root);
    root.dataset.ready = '';
  }

  async show(query, kept, key) {
    if (this.#query !== null && key === this.#kept) return;
    this.#measure();
    this.#query = query;
    this.#kept = key;
    const place = kept ? JSON.parse(kept) : null;
    const again = place?.key === key ? place : null;
    this.selection = new Set(again?.selected ?? []);
    [this.#active, this.#anchor] = [again?.active ?? 0, again?.active ?? 0];
    await this.refresh();
    if (again?.top) {
      this.#render();
      this.root.scrollTop = again.top;
      this.#draw();
    } else {
      this.root.scrollTop = 0;
    }
    this.#tell();
  }

  /** Everything anew, at the place where it is. */
  async refresh() {
    const mine = ++this.#generation;
    const first = Math.floor(Math.max(0, this.#firstRow()) * this.#columns / PAGE);
    const pages = new Map();
    let total = await this.#load(first, pages, mine);
    // Fewer than before: what was in view may be gone.
    if (total > 0 && first * PAGE >= total) total = await this.#load(Math.floor((total - 1) / PAGE), pages, mine);
    if (mine !== this.#generation) return;
    [this.total, this.#pages] = [total, pages];
    this.#active = Math.max(0, Math.min(this.#active, total - 1));
    this.root.dataset.total = total;
    this.#draw();
    this.#tell();
    if (this.image.isOpen && total === 0) this.image.close();
    else if (this.image.isOpen) await this.image.open(Math.min(this.image.index, total - 1));
  }

  clear() {
    this.selection.clear();
    this.#mark();
  }

  async selectAll() {
    const ids = await (await fetch(`/api/v1/gallery/ids?${this.#query}`)).json();
    this.selection = new Set(ids);
    this.#mark();
  }

  resize(side) {
    this.#side = side;
    this.#measure();
  }

  reveal(index) {
    this.#active = index;
    const top = Math.floor(index / this.#columns) * this.#pitch;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + this.#pitch > this.root.scrollTop + this.root.clientHeight) {
      this.root.scrollTop = top + this.#pitch - this.root.clientHeight + GAP;
    }
    this.#draw();
    this.#mark();
  }

  /** What an image is called, for people. */
  describe(image) {
    if (!image) return '';
    const seed = this.#texts.seed.replace('{0}', image.seed);
    return [image.prompt, image.class === null ? null : this.#texts.class.replace('{0}', image.class), seed, image.model]
      .filter(Boolean).join(' · ');
  }

  /** The image at a place; undefined where it has not been fetched. */
  at(i) {
    return this.#pages.get(Math.floor(i / PAGE))?.[i % PAGE];
  }

  /** Fetches the image at a place, with those around it. */
  async ensure(i) {
    const page = Math.floor(i / PAGE);
    if (i < 0 || i >= this.total || this.#pages.get(page)) return;
    await this.#load(page, this.#pages, this.#generation);
  }

  /** Where an image is, of those that have been fetched; -1: nowhere. */
  find(id) {
    for (const [page, images] of this.#pages) {
      const at = images?.findIndex(i => i.id === id) ?? -1;
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  focus() {
    this.root.focus();
  }

  end() {
    this.#keep();
    this.observer.disconnect();
    this.#listeners.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#settle);
    cancelAnimationFrame(this.#frame);
    this.image.end();
  }

  get #pitch() {
    return this.#cell + GAP;
  }

  #firstRow() {
    return Math.floor(this.root.scrollTop / this.#pitch);
  }

  async #load(page, pages, generation) {
    pages.set(page, null);
    const response = await fetch(`/api/v1/gallery/images?${this.#query}&skip=${page * PAGE}&take=${PAGE}`);
    if (!response.ok) {
      pages.delete(page);
      this.page.invokeMethodAsync('OnFailed');
      return 0;
    }
    const found = await response.json();
    if (generation === this.#generation) pages.set(page, found.images);
    return found.total;
  }

  #measure() {
    const style = getComputedStyle(this.root);
    const width = this.root.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const columns = Math.max(1, Math.floor((width + GAP) / (this.#side + GAP)));
    // As wide as the row has room for, so that none is left at its end.
    const cell = width > 0 ? Math.floor((width + GAP) / columns) - GAP : this.#side;
    if (columns !== this.#columns || cell !== this.#cell) {
      const at = this.#firstRow() * this.#columns;
      [this.#columns, this.#cell] = [columns, cell];
      this.#forget();
      this.#render();
      this.root.scrollTop = Math.floor(at / columns) * this.#pitch;
    }
    this.#draw();
  }

  #forget() {
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const rows = Math.ceil(this.total / this.#columns);
    this.sizer.style.height = `${Math.max(0, rows * this.#pitch - GAP)}px`;
    const top = this.root.scrollTop;
    // While the bar is dragged, images that are past at once are not asked for.
    const isFast = Math.abs(top - this.#top) > 2 * this.root.clientHeight;
    this.#top = top;
    const from = Math.max(0, this.#firstRow() - OVERSCAN) * this.#columns;
    const to = Math.min(this.total, (this.#firstRow() + Math.ceil(this.root.clientHeight / this.#pitch) + OVERSCAN) * this.#columns);
    for (const [i, tile] of this.#tiles) {
      if (i >= from && i < to) continue;
      tile.remove();
      this.#tiles.delete(i);
    }
    let isMissing = false;
    this.root.dataset.shown = from;
    for (let i = from; i < to; i++) {
      const tile = this.#tiles.get(i) ?? this.#place(i);
      const image = this.at(i);
      if (!image) isMissing = true;
      else if (!isFast && tile.dataset.shows !== showsOf(image)) this.#fill(tile, image, i);
    }
    if (isMissing || isFast) this.#fetchSoon(from, to);
    if (isFast) {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.#draw(), FETCH_PAUSE);
    }
  }

  #fetchSoon() {
    if (this.#timer) return;
    const wait = Math.max(0, this.#fetched + FETCH_PAUSE - performance.now());
    this.#timer = setTimeout(async () => {
      this.#timer = 0;
      this.#fetched = performance.now();
      const first = Math.max(0, this.#firstRow() - OVERSCAN) * this.#columns;
      const last = Math.min(this.total - 1, (this.#firstRow() + Math.ceil(this.root.clientHeight / this.#pitch) + OVERSCAN)
        * this.#columns);
      const wanted = [];
      for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
        if (!this.#pages.has(page)) wanted.push(this.#load(page, this.#pages, this.#generation));
      }
      if (wanted.length === 0) return;
      await Promise.all(wanted);
      this.#draw();
    }, wait);
  }

  #place(i) {
    const tile = document.createElement('div');
    tile.className = 'tile';
    tile.id = `gallery-${i}`;
    tile.setAttribute('role', 'option');
    tile.setAttribute('aria-posinset', i + 1);
    tile.setAttribute('aria-setsize', this.total);
    tile.style.cssText = `width:${this.#cell}px;height:${this.#cell}px;`
      + `transform:translate(${(i % this.#columns) * this.#pitch}px,${Math.floor(i / this.#columns) * this.#pitch}px)`;
    this.#tiles.set(i, tile);
    this.sizer.append(tile);
    return tile;
  }

  #fill(tile, image, i) {
    const isOther = tile.dataset.id !== image.id;
    [tile.dataset.id, tile.dataset.shows] = [image.id, showsOf(image)];
    for (const old of [...tile.children]) if (isOther || old.className.startsWith('badge')) old.remove();
    tile.title = this.describe(image);
    tile.setAttribute('aria-label', [this.describe(image), image.starred ? this.#texts.starred : null].filter(Boolean).join(' · '));
    if (isOther) tile.append(this.#small(image));
    if (image.starred) tile.append(badge('star', '★'));
    if (image.rating > 0) tile.append(badge('rating', '★'.repeat(image.rating)));
    this.#markOne(tile, i);
  }

  #small(image) {
    const picture = document.createElement('img');
    picture.alt = '';
    picture.decoding = 'async';
    picture.draggable = false;
    const most = Math.max(image.width, image.height);
    if (most <= 128) picture.className = 'crisp';
    const need = Math.min(most, this.#cell * Math.min(2, devicePixelRatio));
    picture.src = `/api/v1/gallery/images/${image.id}.webp?side=${[64, 128, 256, 512].find(s => s >= need) ?? 512}`;
    return picture;
  }

  #markOne(tile, i) {
    tile.setAttribute('aria-selected', this.selection.has(tile.dataset.id));
    tile.classList.toggle('active', i === this.#active);
  }

  #mark() {
    for (const [i, tile] of this.#tiles) this.#markOne(tile, i);
    this.root.setAttribute('aria-activedescendant', `gallery-${this.#active}`);
    this.#tell();
  }

  #tell() {
    const told = `${this.selection.size}/${this.total}`;
    if (told === this.told) return;
    this.told = told;
    this.page.invokeMethodAsync('OnSelection', this.selection.size, this.total);
  }

  #indexOf(e) {
    const tile = e.target.closest('.tile');
    return tile ? Number(tile.id.slice('gallery-'.length)) : -1;
  }

  #onClick(e) {
    const i = this.#indexOf(e);
    if (i < 0) {
      if (e.target === this.root || e.target === this.sizer) this.clear();
      return;
    }
    if (this.#held) {
      this.#held = false;
      return;
    }
    this.#active = i;
    const isTouch = e.pointerType === 'touch';
    if (e.shiftKey) this.#range(this.#anchor, i);
    else if (e.ctrlKey || e.metaKey || (isTouch && this.selection.size > 0)) this.#toggle(i);
    else if (isTouch) this.image.open(i);
    else this.#only(i);
  }

  // Holding a finger on an image begins a selection, and further touches extend it.
  #onPointer(e) {
    if (e.pointerType !== 'touch') return;
    if (e.type === 'pointerdown') {
      const i = this.#indexOf(e);
      this.#held = false;
      this.#hold = i < 0 ? null : { x: e.clientX, y: e.clientY, timer: setTimeout(() => {
        this.#held = true;
        this.#active = i;
        this.#toggle(i);
        navigator.vibrate?.(10);
      }, HOLD) };
    } else if (this.#hold && (e.type !== 'pointermove' || Math.hypot(e.clientX - this.#hold.x, e.clientY - this.#hold.y) > MOVED)) {
      clearTimeout(this.#hold.timer);
      this.#hold = null;
    }
  }

  #only(i) {
    const image = this.at(i);
    if (!image) return;
    this.selection = new Set([image.id]);
    this.#anchor = i;
    this.#mark();
  }

  #toggle(i) {
    const image = this.at(i);
    if (!image) return;
    if (!this.selection.delete(image.id)) this.selection.add(image.id);
    this.#anchor = i;
    this.#mark();
  }

  async #range(a, b) {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const wanted = [];
    for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) wanted.push(this.ensure(page * PAGE));
    await Promise.all(wanted);
    this.selection = new Set();
    for (let i = from; i <= to; i++) if (this.at(i)) this.selection.add(this.at(i).id);
    this.#mark();
  }

  #onKey(e) {
    const control = e.ctrlKey || e.metaKey;
    const row = Math.max(1, Math.floor(this.root.clientHeight / this.#pitch));
    const to = { ArrowLeft: this.#active - 1, ArrowRight: this.#active + 1, ArrowUp: this.#active - this.#columns,
      ArrowDown: this.#active + this.#columns, PageUp: this.#active - this.#columns * row, PageDown: this.#active + this.#columns * row,
      Home: 0, End: this.total - 1 }[e.key];
    if (to !== undefined && this.total > 0) {
      e.preventDefault();
      this.#move(Math.max(0, Math.min(this.total - 1, to)), e.shiftKey, control);
    } else if (e.key === 'a' && control) {
      e.preventDefault();
      this.selectAll();
    } else if (e.key === ' ') {
      e.preventDefault();
      this.#toggle(this.#active);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      this.image.open(this.#active);
    } else if (e.key === 'Escape') {
      this.clear();
    } else if (!control && !e.altKey && ACTIONS[e.key] && e.key !== 'z' && this.selection.size > 0) {
      e.preventDefault();
      this.#act(ACTIONS[e.key]);
    }
  }

  async #move(to, extends_, control) {
    const from = this.#active;
    await this.ensure(to);
    this.reveal(to);
    if (extends_) await this.#range(this.#anchor, to);
    else if (!control && from !== to) this.#only(to);
  }

  // Undo means the last deletion from anywhere on the page, but in a text.
  #onUndoKey(e) {
    if (e.key.toLowerCase() !== 'z' || !(e.ctrlKey || e.metaKey) || e.target.closest('input, textarea')) return;
    e.preventDefault();
    this.#act('undo');
  }

  async #act(what) {
    const shown = this.image.isOpen && what !== 'undo' ? this.at(this.image.index) : null;
    if (shown) await this.page.invokeMethodAsync('OnImage', what, shown.id);
    else if (!this.image.isOpen || what === 'undo') await this.page.invokeMethodAsync('OnAction', what);
  }

  #keep() {
    const place = { key: this.#kept, top: this.root.scrollTop, active: this.#active, selected: [...this.selection].slice(0, 5000) };
    sessionStorage.setItem(KEPT, JSON.stringify(place));
  }
}

function showsOf(image) {
  return `${image.id} ${image.starred} ${image.rating}`;
}

function badge(name, text) {
  const element = document.createElement('span');
  element.className = `badge ${name}`;
  element.textContent = text;
  element.setAttribute('aria-hidden', 'true');
  return element;
}
