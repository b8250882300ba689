/** Somebody's account, as Cognito keeps it. */
export interface Account {
  /** The id that never changes and is never given to anybody else: a UUID. */
  sub: string
  email: string | null
  /** Whether its owner has proved that the address is theirs. */
  isEmailVerified: boolean
  /** False while a new account waits for the code that was sent to its address. */
  isConfirmed: boolean
  /** Whether it may sign in. */
  isEnabled: boolean
  name: string | null
  locale: string | null
  timeZone: string | null
}

/** What a session consists of. */
export interface Tokens {
  sub: string
  /** The address of the account, when its owner has proved that it is theirs. */
  email: string | null
  accessToken: string
  idToken: string
  refreshToken: string
  /** When the access token ends. */
  expiresAt: Date
}

export interface NewAccount extends Pick<Account, 'name' | 'locale' | 'timeZone'> {
  email: string
  password: string
}

export interface Credentials {
  /** The e-mail address, or the `sub`. */
  username: string
  password: string
  /** Takes the place of a temporary password. */
  newPassword?: string | null
}

/**
 * Who keeps accounts and passwords. Every refusal comes as one of this subgraph's errors; when it cannot be reached,
 * `Unavailable`. All of it may be repeated.
 */
export interface Identity {
  /** Makes an account and sends it a code. @throws {EmailTaken | PasswordTooWeak | TooManyAttempts} */
  signUp: (account: NewAccount) => Promise<{ sub: string; isConfirmed: boolean }>
  /**
   * Removes the account of an address that nobody has confirmed, with its password, profile and code; the `sub` of what
   * was removed, null when there was nothing to remove. @throws {EmailTaken} when the account is confirmed
   */
  removeUnconfirmed: (email: string) => Promise<string | null>
  /** @throws {ConfirmationCodeRefused | TooManyAttempts} */
  confirmSignUp: (email: string, code: string) => Promise<void>
  /** Does nothing when there is no account that waits for a code. @throws {TooManyAttempts} */
  sendConfirmationCode: (email: string) => Promise<void>
  /**
   * @throws {SignInRefused | EmailNotConfirmed | NewPasswordRequired | PasswordTooWeak | PasswordResetRequired}
   * @throws {UserSuspended | TooManyAttempts | SignInStepUnsupported}
   */
  signIn: (credentials: Credentials) => Promise<Tokens>
  /** @throws {SessionEnded | UserSuspended | TooManyAttempts} */
  refresh: (refreshToken: string) => Promise<Tokens>
  /** Ends the session that this token belongs to; one that is over already stays over. */
  signOut: (refreshToken: string) => Promise<void>
  /** Ends every session of an account. */
  signOutEverywhere: (username: string) => Promise<void>
  /** Does nothing when there is no account that can be reset. @throws {TooManyAttempts} */
  sendResetCode: (email: string) => Promise<void>
  /** @throws {ConfirmationCodeRefused | PasswordTooWeak | TooManyAttempts} */
  resetPassword: (reset: { email: string; code: string; password: string }) => Promise<void>
  /** @throws {SignInRefused | PasswordTooWeak | TooManyAttempts} */
  changePassword: (change: { accessToken: string; from: string; to: string }) => Promise<void>
  /** The account of an e-mail address or a `sub`; null when there is none. */
  findAccount: (username: string) => Promise<Account | null>
  /** Lets an account sign in, or not. False when there is no such account. */
  setEnabled: (username: string, isEnabled: boolean) => Promise<boolean>
  /** Puts an account into a group, or takes it out. False when there is no such account. */
  setMembership: (username: string, group: string, isMember: boolean) => Promise<boolean>
}
