using Playground.Client.Contracts;

namespace Playground.Client.Pages.Models;

/// <summary>The model that a page begins with where none was chosen yet.</summary>
internal static class FirstModel
{
    /// <summary>
    /// One that comes with the program, sooner one that draws without a prompt; then any; null where there is none.
    /// </summary>
    public static ModelView? ToBeginWith(this IReadOnlyList<ModelView> models)
        => models.OrderByDescending(m => m.Shipped).ThenBy(m => m is { Shipped: true, Text: not null }).FirstOrDefault();
}
