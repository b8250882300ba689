/** Whether pages of an origin may read answers. The origin is as browsers send it. */
export type AllowsOrigin = (origin: string) => boolean

/** Pages that a developer serves on the same machine, on whichever port their tools choose. */
const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

/** Allows the listed origins, and with `isLocal` all of this machine. */
export function allowOrigins(listed: readonly string[], { isLocal }: { isLocal: boolean }): AllowsOrigin {
  const origins = new Set(listed)
  return (origin) => origins.has(origin) || (isLocal && local.test(origin))
}
