namespace Playground.Client.Contracts;

/// <summary>
/// A request that is not carried out, in sentences for whoever made it: the same for pages, the HTTP API and the hub. Nothing has
/// changed.
/// </summary>
/// <param name="status">The HTTP status that says it.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="errors">Sentences by the field that they are about, such as <c>options.steps</c>; null: none is at fault.</param>
/// <param name="inner">What led to it.</param>
public sealed class RequestException(int status, string message, IReadOnlyDictionary<string, string[]>? errors = null,
    Exception? inner = null) : Exception(message, inner)
{
    private const int BadRequest = 400, SignInFirst = 401, NotAllowed = 403, NotFound = 404, StateConflict = 409, PayloadTooLarge = 413,
        TooManyRequests = 429, Unavailable = 503, InsufficientStorage = 507;

    /// <summary>The HTTP status: 400, 401, 403, 404, 409, 413, 429, 503 or 507.</summary>
    public int Status => status;

    /// <summary>Sentences by field; empty where none is at fault.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors ?? new Dictionary<string, string[]>();

    /// <summary>What kind of refusal it is, where a program has to tell: a name such as <c>needsForce</c>; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>When it is worth trying again; null where time alone changes nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether there is nothing of that name or id.</summary>
    public bool IsMissing => status == NotFound;

    /// <summary>A value cannot be used.</summary>
    public static RequestException Invalid(string field, string message, Exception? inner = null)
        => new(BadRequest, message, new Dictionary<string, string[]> { [field] = [message] }, inner);

    /// <summary>Values cannot be used.</summary>
    /// <param name="problems">At least one; of one field several sentences are kept in their order.</param>
    public static RequestException Invalid(IEnumerable<(string Field, string Message)> problems)
    {
        var errors = problems.GroupBy(p => p.Field).ToDictionary(g => g.Key, g => g.Select(p => p.Message).Distinct().ToArray());
        return new(BadRequest, string.Join(" ", errors.Values.SelectMany(e => e)), errors);
    }

    /// <summary>What came cannot be used, whatever its field.</summary>
    public static RequestException Invalid(string message, Exception? inner = null) => new(BadRequest, message, inner: inner);

    /// <summary>Nobody has signed in.</summary>
    public static RequestException Unauthorized() => new(SignInFirst, "Sign in first, or send an API key: Authorization: Bearer KEY.");

    /// <summary>The caller may not do that.</summary>
    public static RequestException Forbidden(string message) => new(NotAllowed, message);

    /// <summary>There is nothing of that name or id.</summary>
    public static RequestException Missing(string message) => new(NotFound, message);

    /// <summary>It does not go with the state that something is in, or something depends on it.</summary>
    public static RequestException Conflict(string message) => new(StateConflict, message);

    /// <summary>More bytes than are allowed.</summary>
    public static RequestException TooLarge(string message) => new(PayloadTooLarge, message);

    /// <summary>The caller asks for too much at once.</summary>
    public static RequestException TooMany(string message, TimeSpan retryAfter)
        => new(TooManyRequests, message) { RetryAfter = retryAfter };

    /// <summary>The server has too much to do.</summary>
    public static RequestException Busy(string message, TimeSpan retryAfter) => new(Unavailable, message) { RetryAfter = retryAfter };

    /// <summary>The disk is full or cannot be written to.</summary>
    public static RequestException NoSpace(string message, Exception? inner = null) => new(InsufficientStorage, message, inner: inner);
}
