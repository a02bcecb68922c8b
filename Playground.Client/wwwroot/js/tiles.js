// A run's images, each on a canvas of its own in a button, cut out of the grid that a frame is. Arrow keys move among them.
const STRIP = 8;

export class Tiles {
  #onOpen;
  #onDraw;
  #onPick;
  #columns = 1;

  constructor(root, onOpen, onDraw, onPick) {
    this.root = root;
    this.job = null;
    this.facts = [];
    this.isDone = false;
    this.#onOpen = onOpen;
    this.#onDraw = onDraw;
    this.#onPick = onPick;
    root.addEventListener('click', e => {
      const tile = e.target.closest('.tile');
      if (tile && 'picks' in root.dataset) this.#pickOne(tile);
      else if (tile) this.#onOpen(this.#indexOf(tile));
    });
    root.addEventListener('keydown', e => this.#onKey(e));
  }

  get count() {
    return this.facts.length;
  }

  /** Empty tiles for a job's images. A strip is what lies between two images: one row where there is room. */
  lay(job, facts, isStrip) {
    this.job = job;
    this.facts = facts;
    this.isDone = false;
    this.#columns = isStrip ? Math.min(facts.length, STRIP) : Math.ceil(Math.sqrt(facts.length));
    // What is above and below them is as wide as they are.
    const { style } = this.root.parentElement;
    style.setProperty('--columns', Math.max(1, this.#columns));
    style.setProperty('--rows', Math.max(1, Math.ceil(facts.length / this.#columns) || 1));
    delete this.root.dataset.step;
    delete this.root.dataset.shows;
    delete this.root.dataset.picks;
    this.root.replaceChildren(...facts.map((fact, i) => tile(fact, i)));
  }

  /** Whether a click picks an image instead of opening it. */
  pick(on) {
    if (on) {
      this.root.dataset.picks = '';
      for (const tile of this.root.children) tile.setAttribute('aria-pressed', 'false');
      return;
    }
    delete this.root.dataset.picks;
    for (const tile of this.root.children) tile.removeAttribute('aria-pressed');
    this.#onPick([]);
  }

  canvas(i) {
    return this.root.children[i]?.firstElementChild;
  }

  caption(i) {
    return this.facts[i].caption;
  }

  /** Address and name of an image's file, which is the server's, with the recipe in it. */
  file(i, scale) {
    return [`/api/v1/jobs/${this.job}/${i}.png?scale=${scale}`, `playground-${this.job.slice(0, 8)}-${i + 1}.png`];
  }

  focus(i) {
    this.root.children[i]?.focus();
  }

  /** A frame's grid; it may hold fewer images than there are tiles, as on an interpolation's way to noise. */
  draw(grid, step, shows, held = this.count) {
    if (!this.count) return;
    const columns = Math.ceil(Math.sqrt(held));
    const [width, height] = [grid.width / columns, grid.height / Math.ceil(held / columns)];
    for (let i = 0; i < Math.min(held, this.count); i++) {
      const canvas = this.canvas(i);
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
      canvas.getContext('2d').drawImage(grid, left, top, width, height, 0, 0, width, height);
    }
    this.root.dataset.shows = shows;
    this.root.dataset.step = step;
    this.#onDraw();
  }

  #pickOne(tile) {
    tile.setAttribute('aria-pressed', tile.getAttribute('aria-pressed') !== 'true');
    this.#onPick([...this.root.children].flatMap((t, i) => t.getAttribute('aria-pressed') === 'true' ? [i] : []));
  }

  #indexOf(element) {
    return [...this.root.children].indexOf(element);
  }

  // One stop of the Tab key; arrows go on from there.
  #onKey(e) {
    const at = this.#indexOf(e.target.closest('.tile'));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - this.#columns, ArrowDown: at + this.#columns, Home: 0,
      End: this.count - 1 }[e.key];
    if (at < 0 || to === undefined) return;
    e.preventDefault();
    const next = this.root.children[Math.min(this.count - 1, Math.max(0, to))];
    for (const child of this.root.children) child.tabIndex = child === next ? 0 : -1;
    next.focus();
  }
}

function tile(fact, i) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tile';
  button.tabIndex = i === 0 ? 0 : -1;
  button.setAttribute('aria-label', fact.label);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const caption = document.createElement('span');
  caption.textContent = fact.caption;
  button.append(canvas, caption);
  return button;
}
