import { DomainError } from '@tikitu/kit/base/errors'

/** A confirmed account has this e-mail address already. Nothing was made. */
export class EmailTaken extends DomainError {
  override readonly name = 'EmailTaken'
  readonly code = 'EMAIL_TAKEN'
  constructor() {
    super('There is an account for this e-mail address. Sign in, or reset the password.')
  }
}

/** The password is too easy to guess. Nothing was changed. */
export class PasswordTooWeak extends DomainError {
  override readonly name = 'PasswordTooWeak'
  readonly code = 'PASSWORD_TOO_WEAK'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`Choose another password: ${problems.join('; ')}.`, { problems })
    this.problems = problems
  }
}

/** The code is wrong, was used, or is too old; or there is no such account, which looks the same. */
export class ConfirmationCodeRefused extends DomainError {
  override readonly name = 'ConfirmationCodeRefused'
  readonly code = 'CODE_REFUSED'
  constructor() {
    super('This code is wrong or not valid any more: check it, or ask for a new one.')
  }
}

/** The e-mail address or the password is wrong. Which of them is not told. */
export class SignInRefused extends DomainError {
  override readonly name = 'SignInRefused'
  readonly code = 'SIGN_IN_REFUSED'
  constructor(message = 'The e-mail address or the password is wrong: check both, or reset the password.') {
    super(message)
  }
}

/** The password is right, but the e-mail address was never confirmed. */
export class EmailNotConfirmed extends DomainError {
  override readonly name = 'EmailNotConfirmed'
  readonly code = 'EMAIL_NOT_CONFIRMED'
  constructor() {
    super('Confirm your e-mail address first: enter the code that was sent to it, or ask for a new one.')
  }
}

/** The password is right, but it was given out by staff: its owner has to choose one. */
export class NewPasswordRequired extends DomainError {
  override readonly name = 'NewPasswordRequired'
  readonly code = 'NEW_PASSWORD_REQUIRED'
  constructor() {
    super('This is a temporary password: sign in again and give a password of your own as newPassword.')
  }
}

/** Staff demanded that the password be reset before the next sign-in. */
export class PasswordResetRequired extends DomainError {
  override readonly name = 'PasswordResetRequired'
  readonly code = 'PASSWORD_RESET_REQUIRED'
  constructor() {
    super('This password must be reset before you can sign in: ask for a reset code.')
  }
}

/** The sign-in needs a further step that this graph does not offer. */
export class SignInStepUnsupported extends DomainError {
  override readonly name = 'SignInStepUnsupported'
  readonly code = 'SIGN_IN_STEP_UNSUPPORTED'
  constructor(step: string) {
    super(`This account needs a further sign-in step (${step}) that is not supported here. Contact support.`, { step })
  }
}

/** The session is over: it ran out, or was ended. */
export class SessionEnded extends DomainError {
  override readonly name = 'SessionEnded'
  readonly code = 'SESSION_ENDED'
  constructor() {
    super('This session is over: sign in again.')
  }
}

/** Staff suspended this account. Its tokens are good for nothing. */
export class UserSuspended extends DomainError {
  override readonly name = 'UserSuspended'
  readonly code = 'USER_SUSPENDED'
  constructor() {
    super('This account is suspended. Contact support.')
  }
}

/** Somebody must be left who can take people onto the staff. */
export class LastSuperadmin extends DomainError {
  override readonly name = 'LastSuperadmin'
  readonly code = 'LAST_SUPERADMIN'
  constructor() {
    super('This is the last superadmin who may act: make somebody else a superadmin first.')
  }
}

/** Too much was tried in too short a time. */
export class TooManyAttempts extends DomainError {
  override readonly name = 'TooManyAttempts'
  readonly code = 'TOO_MANY_ATTEMPTS'
  constructor() {
    super('That was tried too often: wait some minutes before you try again.')
  }
}

/** One person may keep that many addresses. Nothing was added. */
export class AddressLimitReached extends DomainError {
  override readonly name = 'AddressLimitReached'
  readonly code = 'ADDRESS_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super(`You can keep ${limit} addresses: remove one before you add another.`, { limit })
    this.limit = limit
  }
}
