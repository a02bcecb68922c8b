using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Server.Hosting;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Accounts;

/// <summary>What each account may take: what an administrator has said of it, or what the configuration says of all.</summary>
internal sealed class Quotas(Database database, IOptions<AccessOptions> access, IOptions<AccountOptions> accounts,
    IOptions<UploadOptions> uploads) : IQuotas
{
    public async Task<Quota?> OfAsync(string owner, CancellationToken ct)
    {
        if (!access.Value.Accounts) return null;
        var own = await database.ReadAsync(db => db.Set<Account>().Where(a => a.Id == owner)
            .Select(a => new { a.MaxQueuedJobs, a.MaxBytes, a.MaxTrainingHours }).SingleOrDefaultAsync(ct), ct);
        return new Quota(own?.MaxQueuedJobs ?? accounts.Value.QueuedJobs, own?.MaxBytes ?? uploads.Value.Quota,
            own?.MaxTrainingHours ?? accounts.Value.TrainingHours);
    }
}
