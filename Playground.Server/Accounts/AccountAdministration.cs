using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>The accounts of the server, for administrators.</summary>
internal sealed class AccountAdministration(Database database, Invitations invitations, AccountStates states, AuditLog audit,
    JobBoard board,
    Caller caller) : IAccountAdministration
{
    public async Task<IReadOnlyList<AccountView>> ListAsync(CancellationToken ct)
        => [.. (await database.ReadAsync(db => db.Set<Account>().OrderBy(a => a.NormalizedUserName).ToListAsync(ct), ct)).Select(ViewOf)];

    public Task<IReadOnlyList<InvitationView>> ListInvitationsAsync(CancellationToken ct) => invitations.ListAsync(ct);

    public async Task<string> InviteAsync(string? role, string? note, int days, CancellationToken ct)
    {
        var (id, link) = await invitations.CreateAsync(caller.Id, role, note, days, ct);
        await audit.RecordAsync("invitation.created", id, role);
        return link;
    }

    public async Task RevokeInvitationAsync(string? id, CancellationToken ct)
    {
        if (!await invitations.RevokeAsync(id ?? "", ct))
            throw RequestException.Missing("There is no such invitation; it may have been used or revoked already.");
        await audit.RecordAsync("invitation.revoked", id);
    }

    public async Task SetRoleAsync(string? id, string? role, CancellationToken ct)
    {
        if (role is null || !AccountRole.All.Contains(role))
            throw RequestException.Invalid("role", $"There is no role '{role}'; use one of {string.Join(", ", AccountRole.All)}.");
        await ChangeAsync(id, (db, account) => role == AccountRole.Administrator ? Task.CompletedTask
            : RequireAnotherAsync(db, account, ct), account => account.Role = role, ct);
        await audit.RecordAsync("account.role", id, role);
    }

    public async Task SetDisabledAsync(string? id, bool disabled, CancellationToken ct)
    {
        await ChangeAsync(id, (db, account) => disabled ? RequireAnotherAsync(db, account, ct) : Task.CompletedTask, account =>
        {
            account.IsDisabled = disabled;
            // The sessions of before stay over when the account is unlocked.
            account.SecurityStamp = Guid.NewGuid().ToString("N");
            account.LockoutEnd = null;
        }, ct);
        await audit.RecordAsync(disabled ? "account.disabled" : "account.enabled", id);
    }

    public async Task SetLimitsAsync(string? id, AccountLimits limits, CancellationToken ct)
    {
        if (limits.QueuedJobs is < 1 or > 10_000)
            throw RequestException.Invalid("queuedJobs", $"Queued jobs are {limits.QueuedJobs:N0}; they must be 1 to 10,000.");
        if (limits.Bytes < 0) throw RequestException.Invalid("bytes", "The space must not be negative.");
        if (limits.TrainingHours is < 0 or > 720 or double.NaN)
            throw RequestException.Invalid("trainingHours", $"Training hours are {limits.TrainingHours}; they must be 0 to 720.");
        await ChangeAsync(id, (_, _) => Task.CompletedTask, account => (account.MaxQueuedJobs, account.MaxBytes, account.MaxTrainingHours)
            = (limits.QueuedJobs, limits.Bytes, limits.TrainingHours), ct);
        await audit.RecordAsync("account.limits", id);
    }

    public async Task<IReadOnlyList<OwnedJob>> ListJobsAsync(CancellationToken ct)
    {
        var names = (await ListAsync(ct)).ToDictionary(a => a.Id, a => a.Name);
        // What was asked for is its owner's.
        return [.. board.ListAllLive().Select(j => new OwnedJob(names.GetValueOrDefault(j.Owner, j.Owner),
            j.View with { Request = default, Result = null, Error = null }))];
    }

    public async Task<bool> CancelJobAsync(string? id, CancellationToken ct)
    {
        if (id is null || board.FindOfAny(id) is not { } job || JobStatus.IsFinal(job.View.Status)) return false;
        job.Cancel();
        await audit.RecordAsync("job.canceled", id);
        return true;
    }

    public async Task<IReadOnlyList<AuditView>> ListAuditAsync(DateTime? before, CancellationToken ct)
        => await audit.ListAsync(before is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null, ct);

    /// <summary>Within a transaction: somebody else stays who can manage the server, or the account is not an administrator's.</summary>
    /// <exception cref="RequestException">It is the last administrator's.</exception>
    public static async Task RequireAnotherAsync(PlaygroundDb db, Account account, CancellationToken ct)
    {
        if (account.Role != AccountRole.Administrator || account.IsDisabled) return;
        if (!await db.Set<Account>().AnyAsync(a => a.Id != account.Id && a.Role == AccountRole.Administrator && !a.IsDisabled, ct))
            throw RequestException.Conflict(
                $"'{account.UserName}' is the last administrator; nobody could manage the server any more. Make another one first.");
    }

    public static AccountView ViewOf(Account a)
        => new(a.Id, a.UserName!, a.Role, a.IsDisabled, a.Created.UtcDateTime, a.LastSignIn?.UtcDateTime)
        {
            MaxQueuedJobs = a.MaxQueuedJobs,
            MaxBytes = a.MaxBytes,
            MaxTrainingHours = a.MaxTrainingHours,
        };

    private async Task ChangeAsync(string? id, Func<PlaygroundDb, Account, Task> require, Action<Account> change, CancellationToken ct)
    {
        await database.TransactAsync(async db =>
        {
            var account = await db.Set<Account>().SingleOrDefaultAsync(a => a.Id == id, ct)
                ?? throw RequestException.Missing("There is no such account; it may have been deleted.");
            await require(db, account);
            change(account);
            account.ConcurrencyStamp = Guid.NewGuid().ToString();
            return await db.SaveChangesAsync(ct);
        }, ct);
        states.Forget(id!);
    }
}
