using System.Security.Claims;

namespace Playground.Client.Contracts;

/// <summary>What somebody may do. Each account has those of its role, and an API key at most those of its account.</summary>
public enum Permission
{
    /// <summary>Look at what one has, and at what the server offers.</summary>
    View,

    /// <summary>Create, change and delete what is one's own.</summary>
    Create,

    /// <summary>Change what belongs to the whole server: installed models, accounts, settings.</summary>
    Administer,
}

/// <summary>
/// What a caller needs for a method of a contract, or for all methods of one that say nothing else. The server checks it for whoever
/// calls, page or HTTP request, and refuses a method for which nothing is said to all but administrators.
/// </summary>
/// <param name="permission">The least permission.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Method | AttributeTargets.Property)]
public sealed class NeedsAttribute(Permission permission) : Attribute
{
    /// <summary>The least permission.</summary>
    public Permission Permission => permission;

    /// <summary>What the audit log calls it when it has been done, such as <c>job.deleted</c>; null: it is not written down. The first
    /// argument names what it was done to.</summary>
    public string? Audit { get; init; }
}

/// <summary>How a principal says what it may do.</summary>
public static class Permissions
{
    /// <summary>The type of the claims; their values are the names of <see cref="Permission"/>.</summary>
    public const string Claim = "permission";

    /// <summary>Whether the principal has the permission.</summary>
    public static bool May(this ClaimsPrincipal user, Permission permission) => user.HasClaim(Claim, permission.ToString());
}
