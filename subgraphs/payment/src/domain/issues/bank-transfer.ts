/** A bank transfer; null when there was none. */
export function transferOf(reference: string | null, sentOn: string | null) {
  return reference === null || sentOn === null ? null : { reference, sentOn }
}
