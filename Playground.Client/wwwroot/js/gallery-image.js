// One image of the gallery at full size: its picture, its steps and its name, and the page's address, which follows it.
import { Steps } from './steps.js';
import { Viewer } from './viewer.js';

const KEPT = 12, STEP_KEYS = { '[': 'step-back', ']': 'step-on', p: 'step-play' };

export class GalleryImage {
  // What the viewer asks of the tiles of a page.
  isDone = true;
  #wall;
  #page;
  #viewer;
  #pictures = new Map();
  #listeners = new AbortController();

  /** keys: what keys mean beside the viewer's own; act(what): a button or key that the page answers. */
  constructor(dialog, wall, page, keys, act) {
    [this.#wall, this.#page] = [wall, page];
    this.#viewer = new Viewer(dialog, this, (i, what) => this.#do(what, act));
    this.steps = new Steps(dialog.querySelector('#image-steps'), () => this.#viewer.refresh(),
      (image, step, clean) => `/api/v1/gallery/images/${image}/frames/${step}.png?clean=${clean}`);
    this.keys = { ...keys, ...STEP_KEYS };
    window.addEventListener('popstate', () => this.#onAddress(), { signal: this.#listeners.signal });
    dialog.addEventListener('close', () => this.#onClosed(), { signal: this.#listeners.signal });
  }

  get isOpen() {
    return this.#viewer.isOpen;
  }

  get index() {
    return this.#viewer.index;
  }

  get count() {
    return this.#wall.total;
  }

  async open(index) {
    await this.#wall.ensure(index);
    const image = this.#wall.at(index);
    if (!image) return;
    if (!this.isOpen && !location.pathname.endsWith(image.id)) history.pushState({ gallery: true }, '', `/gallery/${image.id}`);
    this.#viewer.open(index);
  }

  close() {
    this.#viewer.close();
  }

  end() {
    this.#listeners.abort();
    if (this.isOpen) this.close();
  }

  canvas(i) {
    const image = this.#wall.at(i);
    if (!image) {
      this.#wall.ensure(i).then(() => this.isOpen && this.#viewer.refresh());
      return null;
    }
    if (this.steps.image === image.id && this.steps.picture) return this.steps.picture;
    const loaded = this.#picture(image);
    for (const near of [i - 1, i + 1]) if (this.#wall.at(near)) this.#picture(this.#wall.at(near));
    return loaded.complete && loaded.naturalWidth ? loaded : null;
  }

  caption(i) {
    return this.#wall.describe(this.#wall.at(i));
  }

  file(i, scale) {
    const image = this.#wall.at(i);
    return [`/api/v1/gallery/images/${image.id}.png`, `${image.model}-${image.seed}${scale > 1 ? '-large' : ''}.png`];
  }

  focus() {
    this.#wall.focus();
  }

  async onShow(i) {
    await this.#wall.ensure(i);
    const image = this.#wall.at(i);
    if (!image) return;
    this.#wall.reveal(i);
    if (this.isOpen && !location.pathname.endsWith(image.id)) history.replaceState({ gallery: true }, '', `/gallery/${image.id}`);
    if (this.steps.image !== image.id) this.steps.lay(null, []);
    const steps = await this.#page.invokeMethodAsync('OnShown', image.id);
    if (this.isOpen && this.#wall.at(this.index)?.id === image.id && this.steps.image !== image.id) this.steps.lay(image.id, steps);
  }

  #picture(image) {
    let loaded = this.#pictures.get(image.id);
    if (!loaded) {
      loaded = new Image();
      loaded.onload = () => this.isOpen && this.#viewer.refresh();
      loaded.src = `/api/v1/gallery/images/${image.id}.png`;
      this.#pictures.set(image.id, loaded);
      if (this.#pictures.size > KEPT) this.#pictures.delete(this.#pictures.keys().next().value);
    }
    return loaded;
  }

  #do(what, act) {
    if (what.startsWith('step-')) this.steps.do(what.slice('step-'.length));
    else act(what);
  }

  #onClosed() {
    this.steps.lay(null, []);
    if (/^\/gallery\/[0-9a-f]{32}$/.test(location.pathname)) {
      if (history.state?.gallery) history.back();
      else history.replaceState(null, '', '/gallery');
    }
    this.#page.invokeMethodAsync('OnShown', null);
  }

  // Back and forward close and open images; the wall stays where it is.
  #onAddress() {
    const id = location.pathname.match(/^\/gallery\/([0-9a-f]{32})$/)?.[1];
    if (!id && this.isOpen) this.close();
    const at = id ? this.#wall.find(id) : -1;
    if (at >= 0) this.#viewer.open(at);
  }
}
