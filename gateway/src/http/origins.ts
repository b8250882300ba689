/** Whether pages of an origin may read responses. `origin` is the header as browsers send it. */
export type AllowsOrigin = (origin: string) => boolean

/** Pages on the developer's machine, on any port. */
const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

/** Allows the listed origins, and with `isLocal` also those of this machine. */
export function allowOrigins(listed: readonly string[], { isLocal }: { isLocal: boolean }): AllowsOrigin {
  const origins = new Set(listed)
  return (origin) => origins.has(origin) || (isLocal && local.test(origin))
}
