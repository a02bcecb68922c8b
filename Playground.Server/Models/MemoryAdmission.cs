using Playground.Core.Generation;
using Playground.Server.Uploads;

namespace Playground.Server.Models;

/// <summary>Refuses work that the server's memory cannot hold, before it takes any.</summary>
internal static class MemoryAdmission
{
    /// <summary>Why work that takes so many bytes at the least cannot be done here; null: it fits, or fails by itself where not.</summary>
    /// <param name="field">What makes it large.</param>
    /// <param name="bytes">See <see cref="MemoryNeed"/>.</param>
    public static (string Field, string Message)? ProblemOf(string field, long bytes)
        => MemoryNeed.Available is { } available && bytes > available
            ? (field, $"This takes at least {StorageSpace.Size(bytes)} of memory, and the server has {StorageSpace.Size(available)}. Lower "
                + $"{field}, or use a smaller model.")
            : null;
}
