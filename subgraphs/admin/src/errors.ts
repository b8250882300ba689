import { DomainError } from '@tikitu/kit/base/errors'

/** At least one superadmin must remain. Nothing was changed. */
export class LastSuperadmin extends DomainError {
  override readonly name = 'LastSuperadmin'
  readonly code = 'LAST_SUPERADMIN'
  constructor() {
    super('This is the last superadmin. Make somebody else a superadmin first.')
  }
}

/** Staff cannot change their own role. Nothing was changed. */
export class CannotChangeOwnRole extends DomainError {
  override readonly name = 'CannotChangeOwnRole'
  readonly code = 'CANNOT_CHANGE_OWN_ROLE'
  constructor() {
    super('You cannot change your own role. Ask another superadmin.')
  }
}

/** The person is already a staff member. Nothing was changed. */
export class AlreadyOnStaff extends DomainError {
  override readonly name = 'AlreadyOnStaff'
  readonly code = 'ALREADY_ON_STAFF'
  constructor() {
    super('This person is already a staff member. Change the role instead.')
  }
}
