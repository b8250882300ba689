/**
 * The feature flags that services evaluate, as emergency switches: on unless staff create the flag and turn it off, kill it or
 * limit it. All other flags are for clients, which read them in `features`.
 */
export const serviceFlags = {
  registration: 'New accounts can be registered. A percentage applies by e-mail address.',
  'partner-applications': 'Users can apply as partners.',
  announcements: 'Staff can send announcements and marketing to users.',
} as const satisfies Record<string, string>

/** The key of a flag that a service evaluates. */
export type ServiceFlag = keyof typeof serviceFlags
