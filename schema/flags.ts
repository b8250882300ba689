/**
 * The feature flags that services themselves ask. Each is a switch for a day on which something must be stopped: on until
 * staff make the flag and turn it off, kill it, or narrow it. Any other flag is for clients, who read it in `myFeatures`.
 */
export const serviceFlags = {
  registration: 'Whether new accounts can be registered. By a percentage, it goes by the e-mail address.',
  'partner-applications': 'Whether people can apply as partners.',
  announcements: 'Whether staff can send announcements and marketing to people.',
} as const satisfies Record<string, string>

/** The key of a flag that a service asks. */
export type ServiceFlag = keyof typeof serviceFlags
