import { LRUCache } from 'lru-cache'

/** What was read from GraphQL texts, by the text. */
export interface TextCache<Value extends object> {
  get: (text: string) => Value | undefined
  /** A very long text is not cached; the gateway's limit is far lower. */
  set: (text: string, value: Value) => void
}

const maxTextLength = 64_000
/** A parsed text takes about 150 bytes for each character. Clients can write texts, so their number alone is no limit. */
const maxCharacters = 1_000_000

/** Holds up to `maxTexts` texts of a million characters in all. The least recently used are dropped. */
export function createTextCache<Value extends object>(maxTexts: number): TextCache<Value> {
  const values = new LRUCache<string, Value>({
    max: maxTexts,
    maxSize: maxCharacters,
    sizeCalculation: (_value, text) => text.length,
  })
  return {
    get: (text) => values.get(text),
    set: (text, value) => {
      if (text.length <= maxTextLength) values.set(text, value)
    },
  }
}
