/** Operations whose recent responses were public. */
export interface PublicOperations {
  /** Whether the operation in a request's body is one of them. Others are not looked up in the cache. */
  has: (body: string) => boolean
  learn: (body: string, isPublic: boolean) => void
}

const maxOperations = 2_000
/** Some responses of a public operation may be private, a draft for example: so many in a row make it private. */
const maxPrivateResponses = 8

/** Learns from responses which operations are worth looking up. */
export function createPublicOperations(): PublicOperations {
  const known = new Map<string, number>()
  return {
    has: (body) => known.size > 0 && known.has(operationIn(body)),
    learn: (body, isPublic) => {
      const operation = operationIn(body)
      const left = isPublic ? maxPrivateResponses : (known.get(operation) ?? 1) - 1
      if (left === 0) return void known.delete(operation)
      // A copy: a slice would keep the whole body alive.
      if (!known.has(operation) && known.size >= maxOperations) known.delete(known.keys().next().value ?? '')
      known.set(Buffer.from(operation).toString(), left)
    },
  }
}

/** The body up to the variables. The gateway writes these bodies, so a quote within the operation is escaped. */
function operationIn(body: string): string {
  const end = body.indexOf(',"variables":{')
  return end === -1 ? body : body.slice(0, end)
}
