using System.ComponentModel.DataAnnotations;

namespace Playground.Client.Contracts;

/// <summary>What an account is allowed.</summary>
public static class AccountRole
{
    /// <summary>Looks at its own and at what the server offers.</summary>
    public const string Viewer = "viewer";

    /// <summary>Creates, trains and shares.</summary>
    public const string Member = "member";

    /// <summary>Manages accounts and installed models besides.</summary>
    public const string Administrator = "administrator";

    /// <summary>All of them, the least first.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Member, Administrator];

    /// <summary>What the role is allowed; nothing where there is no such role.</summary>
    public static IReadOnlyList<Permission> PermissionsOf(string role) => role switch
    {
        Viewer => [Permission.View],
        Member => [Permission.View, Permission.Create],
        Administrator => [Permission.View, Permission.Create, Permission.Administer],
        _ => [],
    };
}

/// <summary>An account.</summary>
/// <param name="Id">What rows that belong to it have.</param>
/// <param name="Name">What it signs in as.</param>
/// <param name="Role">One of <see cref="AccountRole"/>.</param>
/// <param name="IsDisabled">Whether an administrator has locked it.</param>
/// <param name="Created">UTC.</param>
/// <param name="LastSignIn">UTC; null: never yet.</param>
public sealed record AccountView(string Id, string Name, string Role, bool IsDisabled, DateTime Created, DateTime? LastSignIn)
{
    /// <summary>Jobs that may wait at once; null: as the configuration says.</summary>
    public int? MaxQueuedJobs { get; init; }

    /// <summary>Bytes that may be kept; null: as the configuration says.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Hours of training within thirty days; null: as the configuration says.</summary>
    public double? MaxTrainingHours { get; init; }
}

/// <summary>What belongs to the caller's account.</summary>
/// <param name="Account">The account.</param>
/// <param name="HasPassword">Whether it can sign in by password.</param>
/// <param name="Passkeys">The oldest first.</param>
/// <param name="Keys">Those that have not been revoked, the newest first.</param>
public sealed record OwnAccount(AccountView Account, bool HasPassword, IReadOnlyList<PasskeyView> Passkeys,
    IReadOnlyList<ApiKeyView> Keys);

/// <summary>A passkey of an account.</summary>
/// <param name="Id">Its credential's id, in base64url.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="Created">UTC.</param>
public sealed record PasskeyView(string Id, string Name, DateTime Created);

/// <summary>An API key, without the key itself, which nobody can read again.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="Prefix">How the key begins.</param>
/// <param name="Scope">What it may do at most.</param>
/// <param name="Created">UTC.</param>
/// <param name="Expires">UTC.</param>
/// <param name="LastUsed">UTC, to a minute; null: never yet.</param>
public sealed record ApiKeyView(string Id, string Name, string Prefix, Permission Scope, DateTime Created, DateTime Expires,
    DateTime? LastUsed);

/// <summary>An invitation that can still be used.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Role">The role of the account that it gives.</param>
/// <param name="Note">Whom it is for.</param>
/// <param name="Created">UTC.</param>
/// <param name="Expires">UTC.</param>
public sealed record InvitationView(string Id, string Role, string Note, DateTime Created, DateTime Expires);

/// <summary>A line of the audit log.</summary>
/// <param name="At">UTC.</param>
/// <param name="Actor">Who did it; null: nobody had signed in.</param>
/// <param name="Address">Where it came from; null: not known.</param>
/// <param name="Action">What was done.</param>
/// <param name="Target">To what.</param>
/// <param name="Detail">What else is to be known.</param>
public sealed record AuditView(DateTime At, string? Actor, string? Address, string Action, string? Target, string? Detail);

/// <summary>A job of somebody's that has not ended.</summary>
/// <param name="Owner">The account's name, or its id where it is gone.</param>
/// <param name="Job">The job, without what was asked for.</param>
public sealed record OwnedJob(string Owner, JobView Job);

/// <summary>What an account may take.</summary>
public sealed record AccountLimits
{
    /// <summary>Jobs that may wait at once, 1 to 10,000; null: as the configuration says.</summary>
    [Range(1, 10_000)] public int? QueuedJobs { get; init; }

    /// <summary>Bytes; null: as the configuration says.</summary>
    [Range(0, long.MaxValue)] public long? Bytes { get; init; }

    /// <summary>Hours within thirty days, 0 to 720; null: as the configuration says.</summary>
    [Range(0, 720)] public double? TrainingHours { get; init; }
}
