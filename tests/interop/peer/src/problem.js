// What the control API refuses or cannot do, with the status it answers.

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
