/** What Secrets Manager refuses a request with. Its name is the class. */
export class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const notFound = (what = "the specified secret") =>
  new ApiError("ResourceNotFoundException", `Secrets Manager can't find ${what}.`);

export const invalidRequest = (message: string) => new ApiError("InvalidRequestException", message);

export const invalidParameter = (message: string) =>
  new ApiError("InvalidParameterException", message);
