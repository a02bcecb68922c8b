namespace Playground.Server.Hosting;

/// <summary>Writes down who did what that others may have to know later: sign-ins, invitations, shares, deletions.</summary>
internal interface IAuditLog
{
    /// <summary>Writes it down for the current caller. Where the database does not answer, the server's log has it instead.</summary>
    /// <param name="action">Such as <c>share.created</c>: what it was done to, and what was done.</param>
    /// <param name="target">The id or the name of that; never a token, a password or an image.</param>
    /// <param name="detail">What else is to be known, in a few words.</param>
    Task RecordAsync(string action, string? target = null, string? detail = null);
}
