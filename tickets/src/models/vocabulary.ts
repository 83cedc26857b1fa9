import { distanceToBeginning } from './edit-distance.ts';

/** How well a word matches what someone typed, best first. Typos are the last resort. */
export const MATCH = { exact: 8, beginning: 6, inside: 4, typo: 2 } as const;

/** Words that match a term, with how well they do. */
export type Matches = Map<string, number>;

/** Bounds what one term adds to a query of the database. */
const MAX_MATCHES = 40;
/** Bounds the memory: about 100 bytes a word. Words that come later are found by their beginnings in the database. */
const MAX_WORDS = 300_000;
const GRAM = 3;
/** Terms with fewer letters are part of too many words. */
const MIN_INSIDE = 3;

/**
 * The distinct words of the events, in memory, so that a search knows which words someone means before it asks the
 * database. An index of trigrams finds the words that contain a text, or that resemble it.
 */
export class Vocabulary {
  private readonly ids = new Map<string, number>();
  private readonly words: string[] = [];
  private readonly postings = new Map<string, number[]>();

  get size(): number {
    return this.words.length;
  }

  add(words: Iterable<string>): void {
    for (const word of words) {
      if (this.ids.has(word) || this.words.length >= MAX_WORDS) continue;
      const id = this.words.push(word) - 1;
      this.ids.set(word, id);
      for (const gram of new Set(gramsOf(word))) {
        const posting = this.postings.get(gram);
        if (posting) posting.push(id);
        else this.postings.set(gram, [id]);
      }
    }
  }

  /** The words that are, begin with or contain the term. */
  matches(term: string): Matches {
    const found: Matches = new Map();
    for (const word of this.candidates(term)) {
      const at = word.indexOf(term);
      if (word === term) found.set(word, MATCH.exact);
      else if (at === 0) found.set(word, MATCH.beginning);
      else if (at > 0 && term.length >= MIN_INSIDE) found.set(word, MATCH.inside);
    }
    return best(found);
  }

  /** The words that the term may be a misspelling of: one typo from four letters on, two from eight. */
  similar(term: string): Matches {
    const max = term.length < 4 ? 0 : term.length < 8 ? 1 : 2;
    const found: Matches = new Map();
    if (max === 0) return found;
    for (const word of this.resembling(term, max)) {
      const distance = distanceToBeginning(term, word, max);
      // The share of the word that was typed: a complete word is meant rather than a beginning.
      if (distance !== undefined)
        found.set(word, MATCH.typo / (distance + 1) + Math.min(1, term.length / word.length) / 10);
    }
    return best(found);
  }

  /** The words with the rarest trigram of the term, or with its beginning when it is shorter than a trigram. */
  private candidates(term: string): string[] {
    const lists = insideGramsOf(term).map((gram) => this.postings.get(gram) ?? []);
    const shortest = lists.reduce((a, b) => (b.length < a.length ? b : a));
    return shortest.map((id) => this.words[id]!);
  }

  /** The words that share so many trigrams with the term as words do that differ by `max` typos. */
  private resembling(term: string, max: number): string[] {
    const grams = [...new Set(gramsOf(term))];
    // Two letters that are swapped change four trigrams; two further typos hardly ever change as many.
    const needed = Math.max(max, grams.length - 2 - 2 * max);
    const counts = new Map<number, number>();
    for (const gram of grams)
      for (const id of this.postings.get(gram) ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
    const found = [...counts].filter(([, count]) => count >= needed).map(([id]) => this.words[id]!);
    return found.filter((word) => word.length >= term.length - max);
  }
}

/** The trigrams of a word. Two spaces before it make its first letters a trigram of their own. */
function gramsOf(word: string): string[] {
  return slicesOf(`  ${word}`);
}

/** Trigrams that every word has that contains the term; when the term is shorter, that begins with it. */
function insideGramsOf(term: string): string[] {
  return term.length < GRAM ? [term.padStart(GRAM)] : slicesOf(term);
}

function slicesOf(text: string): string[] {
  return Array.from({ length: text.length - GRAM + 1 }, (_, at) => text.slice(at, at + GRAM));
}

function best(found: Matches): Matches {
  if (found.size <= MAX_MATCHES) return found;
  const ranked = [...found].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a.length - b.length);
  return new Map(ranked.slice(0, MAX_MATCHES));
}
