using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Client.Contracts;

namespace Playground.Server.Accounts;

/// <summary>Somebody who may sign in.</summary>
internal sealed class Account : IdentityUser
{
    /// <summary>One of <see cref="AccountRole"/>.</summary>
    public required string Role { get; set; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? LastSignIn { get; set; }

    /// <summary>Whether the account is locked by an administrator: its sessions and keys are worth nothing.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>Jobs that may wait at once; null: as the configuration says.</summary>
    public int? MaxQueuedJobs { get; set; }

    /// <summary>Bytes that may be kept; null: as the configuration says.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>Hours of training within thirty days; null: as the configuration says.</summary>
    public double? MaxTrainingHours { get; set; }
}

/// <summary>A one-time link by which somebody gets an account.</summary>
internal sealed class InvitationRow
{
    public required string Id { get; init; }

    /// <summary>SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>One of <see cref="AccountRole"/>.</summary>
    public required string Role { get; init; }

    /// <summary>Whom it is for, as the inviter wrote.</summary>
    public required string Note { get; init; }

    /// <summary>The administrator's account; null: the server itself, for the first one.</summary>
    public string? CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was used or revoked.</summary>
    public DateTimeOffset? Ended { get; set; }
}

/// <summary>A key by which a program acts for an account.</summary>
internal sealed class ApiKeyRow
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    public required string Hash { get; init; }

    /// <summary>How the key begins, so that its owner knows it again.</summary>
    public required string Prefix { get; init; }

    /// <summary>What it may do at most: <see cref="Permission.View"/> or <see cref="Permission.Create"/>.</summary>
    public required Permission Scope { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public DateTimeOffset? LastUsed { get; set; }

    public DateTimeOffset? Revoked { get; set; }
}

/// <summary>Something that was done, and by whom.</summary>
internal sealed class AuditRow
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The account's id; null: nobody had signed in.</summary>
    public string? Actor { get; init; }

    /// <summary>What the actor was called then.</summary>
    public string? ActorName { get; init; }

    /// <summary>Where the request came from.</summary>
    public string? Address { get; init; }

    public required string Action { get; init; }

    public string? Target { get; init; }

    public string? Detail { get; init; }
}

internal sealed class AccountTables : IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<IdentityUserPasskey<string>>,
    IEntityTypeConfiguration<InvitationRow>, IEntityTypeConfiguration<ApiKeyRow>, IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("Accounts");
        builder.HasIndex(a => a.NormalizedUserName).IsUnique();
        builder.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();
        // No mails are sent and no numbers called.
        builder.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed);
        builder.Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled);
        builder.HasMany<IdentityUserPasskey<string>>().WithOne().HasForeignKey(p => p.UserId).IsRequired()
            .OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<IdentityUserPasskey<string>> builder)
    {
        builder.ToTable("Passkeys");
        builder.HasKey(p => p.CredentialId);
        builder.Property(p => p.CredentialId).HasMaxLength(1024);
        builder.OwnsOne(p => p.Data).ToJson();
    }

    public void Configure(EntityTypeBuilder<InvitationRow> builder)
    {
        builder.ToTable("Invitations");
        builder.HasIndex(i => i.Hash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ApiKeyRow> builder)
    {
        builder.ToTable("ApiKeys");
        builder.HasIndex(k => k.Hash).IsUnique();
        builder.HasIndex(k => k.AccountId);
        builder.HasOne<Account>().WithMany().HasForeignKey(k => k.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("AuditEvents");
        builder.HasIndex(e => e.At);
    }
}
