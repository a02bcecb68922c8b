// Shows the frames of a run one at a time, and plays through them: what was asked for last wins, and what comes next is fetched before its
// turn. Whoever owns it says what the frames are, how one is had and how it is drawn.
const PLAY_MS = 6000, LEAST_DELAY = 33, MOST_DELAY = 200, PREFETCH = 4;

export class Player {
  #source;
  #asked = 0;
  #drawn = 0;
  #turn = 0;
  #session = 0;
  #isPlaying = false;
  #kept = new Map();

  /**
   * source.frames: those that are known, by rising step. source.key(frame): what a frame's picture is kept by; null: it is not kept.
   * source.load(frame): a promise of its picture. source.draw(frame, picture): shows it. source.most: pictures to keep. source.more():
   * whether further frames have become known. source.changed(): it plays, or does no longer.
   */
  constructor(source) {
    this.#source = source;
  }

  get isPlaying() {
    return this.#isPlaying;
  }

  /** Other frames from here on: nothing that is under way is shown any more. */
  clear() {
    this.#turn++;
    this.#session++;
    this.#isPlaying = false;
    this.#drawn = this.#asked;
    for (const kept of this.#kept.values()) close(kept);
    this.#kept.clear();
  }

  /** An older frame that comes late is shown only while no newer one is there. */
  async show(frame) {
    const [mine, session] = [++this.#asked, this.#session];
    const kept = this.#picture(frame);
    const picture = await kept.loading.catch(() => undefined);
    const isStale = session !== this.#session || mine < this.#drawn;
    // One that was closed to make room has no size.
    if (!isStale && picture !== undefined && (picture === null || picture.width)) {
      this.#drawn = mine;
      this.#source.draw(frame, picture);
    }
    if (![...this.#kept.values()].includes(kept)) close(kept);
  }

  stop() {
    if (!this.#isPlaying) return;
    this.#turn++;
    this.#isPlaying = false;
    this.#source.changed();
  }

  /** From the frame after a step to the last that is known, or comes meanwhile. Returns whether it came to the end. */
  async play(from) {
    const mine = ++this.#turn;
    this.#isPlaying = true;
    this.#source.changed();
    for (let at = from; mine === this.#turn;) {
      const began = performance.now();
      const { frames } = this.#source;
      const next = frames.findIndex(f => f.step > at);
      if (next < 0) {
        if (await this.#source.more()) continue;
        break;
      }
      at = frames[next].step;
      const shown = this.show(frames[next]);
      for (const later of frames.slice(next + 1, next + 1 + PREFETCH)) this.#picture(later);
      await shown;
      const delay = Math.min(MOST_DELAY, Math.max(LEAST_DELAY, PLAY_MS / frames.length));
      await new Promise(resolve => setTimeout(resolve, delay - (performance.now() - began)));
    }
    if (mine !== this.#turn) return false;
    this.#isPlaying = false;
    this.#source.changed();
    return true;
  }

  // A picture that is on its way, or there.
  #picture(frame) {
    const key = this.#source.key(frame);
    let kept = key === null ? undefined : this.#kept.get(key);
    if (kept) this.#kept.delete(key);
    else kept = { loading: this.#source.load(frame) };
    if (key === null) return kept;
    // One that failed is asked for again.
    kept.loading.catch(() => this.#kept.get(key) === kept && this.#kept.delete(key));
    while (this.#kept.size >= Math.max(PREFETCH + 1, this.#source.most)) {
      const [oldest, old] = this.#kept.entries().next().value;
      this.#kept.delete(oldest);
      close(old);
    }
    this.#kept.set(key, kept);
    return kept;
  }
}

const close = kept => kept.loading.then(picture => picture?.close?.(), () => {});
