using Playground.Core.Data;

namespace Playground.Server.Datasets.Inspection;

/// <summary>Gives pictures their classes, by their labels and folders.</summary>
internal static class FolderClasses
{
    /// <summary>Gives each picture its class: its own label, or its folder's.</summary>
    /// <returns>The classes' names in order, empty when no picture has one; and sentences about what was done.</returns>
    public static (IReadOnlyList<string> Names, IReadOnlyList<Remark> Notes) Assign(IReadOnlyList<InspectedPicture> pictures)
    {
        var found = ClassFolders.Of([.. pictures.Select(p => (p.Name, p.Label))]);
        for (var i = 0; i < pictures.Count; i++) pictures[i].Class = found.Classes[i];
        return (found.Names, found.Notes);
    }
}
