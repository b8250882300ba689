const maxFastLength = 48

/** A string as JSON. Most strings are short and need no escaping; a loop finds that out faster than `JSON.stringify`. */
export function jsonString(text: string): string {
  if (text.length > maxFastLength) return JSON.stringify(text)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text)
  }
  return `"${text}"`
}
