import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@sightglass/contract/routes/signIn';

export const NEW_PASSWORD_HINT = `${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters; a few words are better than a few signs.`;
