// The steps of one image's denoising, under it in the gallery's viewer: a slider through those that are kept, which plays. Where the last
// step is chosen, the image itself is shown.
const PLAY_MS = 6000, LEAST_DELAY = 33, MOST_DELAY = 200, CACHED = 128, PREFETCH = 4;

export class Steps {
  #root;
  #changed;
  #image = null;
  #steps = [];
  #at = 0;
  #asked = 0;
  #shown = null;
  #playing = false;
  #cache = new Map();

  /** changed(): another picture is to be shown. */
  constructor(root, changed) {
    [this.#root, this.#changed] = [root, changed];
    this.#part('step').addEventListener('input', e => this.#seek(Number(e.target.value)));
    this.#part('clean').addEventListener('change', () => this.#show());
    this.#part('play').addEventListener('click', () => this.do('play'));
  }

  /** The image whose steps these are; null: none. */
  get image() {
    return this.#image;
  }

  /** What to show in place of the image; null: the image itself. */
  get picture() {
    return this.#shown;
  }

  /** The steps of another image, or of none. */
  lay(image, steps) {
    [this.#image, this.#steps, this.#shown, this.#playing] = [image, steps, null, false];
    this.#at = Math.max(0, steps.length - 1);
    this.#asked++;
    this.#cache.clear();
    this.#part('clean').checked = false;
    this.#render();
  }

  /** What a key asks for: back, on or play. */
  do(what) {
    if (this.#steps.length < 2) return;
    if (what !== 'play') this.#seek(this.#at + (what === 'on' ? 1 : -1));
    else if (this.#playing) this.#stop();
    else this.#play();
  }

  #part = name => this.#root.querySelector(`[data-part=${name}]`);

  #seek(at) {
    this.#playing = false;
    this.#at = Math.min(this.#steps.length - 1, Math.max(0, at));
    this.#show();
  }

  #stop() {
    this.#playing = false;
    this.#render();
  }

  // From where it is, or from the first step where that is the last.
  async #play() {
    const { image } = this;
    this.#playing = true;
    if (this.#at === this.#steps.length - 1) this.#at = -1;
    const delay = Math.min(MOST_DELAY, Math.max(LEAST_DELAY, PLAY_MS / this.#steps.length));
    while (this.#playing && image === this.image && this.#at < this.#steps.length - 1) {
      const began = performance.now();
      this.#at++;
      for (let next = this.#at; next <= Math.min(this.#at + PREFETCH, this.#steps.length - 1); next++) this.#fetch(next);
      await this.#show();
      await new Promise(resolve => setTimeout(resolve, delay - (performance.now() - began)));
    }
    if (image === this.image) this.#stop();
  }

  // The newest wish wins: a frame that comes late is not shown.
  async #show() {
    const mine = ++this.#asked;
    this.#render();
    const picture = await this.#fetch(this.#at);
    if (mine !== this.#asked || picture === undefined) return;
    this.#shown = picture;
    this.#root.dataset.shows = this.#steps[this.#at];
    this.#changed();
  }

  // Null for the image itself, undefined where the frame does not come.
  #fetch(at) {
    const clean = this.#part('clean').checked;
    if (at === this.#steps.length - 1 && !clean) return Promise.resolve(null);
    const address = `/api/v1/gallery/images/${this.#image}/frames/${this.#steps[at]}.png?clean=${clean}`;
    let picture = this.#cache.get(address);
    if (!picture) {
      const loading = new Image();
      loading.src = address;
      picture = loading.decode().then(() => loading, () => undefined);
      this.#cache.set(address, picture);
      if (this.#cache.size > CACHED) this.#cache.delete(this.#cache.keys().next().value);
    }
    return picture;
  }

  #render() {
    const { dataset } = this.#root;
    this.#root.hidden = this.#steps.length < 2;
    dataset.playing = this.#playing;
    if (this.#root.hidden) {
      delete dataset.shows;
      return;
    }
    const slider = this.#part('step');
    [slider.max, slider.value] = [this.#steps.length - 1, Math.max(0, this.#at)];
    const where = dataset.where.replace('{0}', this.#steps[Math.max(0, this.#at)]).replace('{1}', this.#steps.at(-1));
    slider.setAttribute('aria-valuetext', where);
    this.#part('where').textContent = where;
    const play = this.#part('play');
    [play.ariaLabel, play.title] = this.#playing ? [dataset.pause, dataset.pause] : [dataset.play, dataset.play];
  }
}
