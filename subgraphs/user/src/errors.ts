import { DomainError } from '@tikitu/kit/base/errors'

/** A confirmed account with this e-mail address exists already. Nothing was created. */
export class EmailTaken extends DomainError {
  override readonly name = 'EmailTaken'
  readonly code = 'EMAIL_TAKEN'
  constructor() {
    super('An account with this e-mail address already exists. Sign in or reset the password.')
  }
}

/** The password is too easy to guess. Nothing was changed. */
export class PasswordTooWeak extends DomainError {
  override readonly name = 'PasswordTooWeak'
  readonly code = 'PASSWORD_TOO_WEAK'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`Choose a stronger password: ${problems.join('; ')}.`, { problems })
    this.problems = problems
  }
}

/** The code is wrong, used or expired; or there is no such account, which must look the same. */
export class ConfirmationCodeRefused extends DomainError {
  override readonly name = 'ConfirmationCodeRefused'
  readonly code = 'CONFIRMATION_CODE_REFUSED'
  constructor() {
    super('This code is wrong or has expired. Check it or request a new one.')
  }
}

/** The e-mail address or the password is wrong. The answer does not say which. */
export class SignInRefused extends DomainError {
  override readonly name = 'SignInRefused'
  readonly code = 'SIGN_IN_REFUSED'
  constructor(message = 'The e-mail address or password is wrong. Check both or reset the password.') {
    super(message)
  }
}

/** The password is right, but the e-mail address was never confirmed. */
export class EmailNotConfirmed extends DomainError {
  override readonly name = 'EmailNotConfirmed'
  readonly code = 'EMAIL_NOT_CONFIRMED'
  constructor() {
    super('Confirm your e-mail address first. Enter the code we sent you or request a new one.')
  }
}

/** The password is right but temporary, set by staff: its owner has to choose a new one. */
export class NewPasswordRequired extends DomainError {
  override readonly name = 'NewPasswordRequired'
  readonly code = 'NEW_PASSWORD_REQUIRED'
  constructor() {
    super('This is a temporary password. Sign in again and choose a new one with `newPassword`.')
  }
}

/** Staff required a password reset before the next sign-in. */
export class PasswordResetRequired extends DomainError {
  override readonly name = 'PasswordResetRequired'
  readonly code = 'PASSWORD_RESET_REQUIRED'
  constructor() {
    super('Reset your password before you sign in. Request a reset code.')
  }
}

/** The sign-in needs a challenge that this graph does not support. */
export class SignInStepUnsupported extends DomainError {
  override readonly name = 'SignInStepUnsupported'
  readonly code = 'SIGN_IN_STEP_UNSUPPORTED'
  constructor(step: string) {
    super(`This account needs a sign-in step that is not supported here (${step}). Contact support.`, { step })
  }
}

/** The session has expired or was ended. */
export class SessionEnded extends DomainError {
  override readonly name = 'SessionEnded'
  readonly code = 'SESSION_ENDED'
  constructor() {
    super('This session has ended. Sign in again.')
  }
}

/** At least one superadmin must remain. Nothing was changed. */
export class LastSuperadmin extends DomainError {
  override readonly name = 'LastSuperadmin'
  readonly code = 'LAST_SUPERADMIN'
  constructor() {
    super('This is the last active superadmin. Make somebody else a superadmin first.')
  }
}

/** Too many attempts in a short time. */
export class TooManyAttempts extends DomainError {
  override readonly name = 'TooManyAttempts'
  readonly code = 'TOO_MANY_ATTEMPTS'
  constructor() {
    super('Too many attempts. Try again in a few minutes.')
  }
}

/** The person has the maximum number of saved addresses. Nothing was added. */
export class AddressLimitReached extends DomainError {
  override readonly name = 'AddressLimitReached'
  readonly code = 'ADDRESS_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super(`You can save up to ${limit} addresses. Remove one before you add another.`, { limit })
    this.limit = limit
  }
}
