using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>
/// Where files are dropped or chosen. What becomes of them is the business of the page's script, to which the page hands the three
/// elements: bytes never pass through here. While something is dragged over it, the script sets the class <c>over</c>.
/// </summary>
public sealed partial class DropZone
{
    /// <summary>The zone's id, for the script to mark it as ready.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>What is brought here, as a screen reader calls the zone.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>What can be dropped.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>What the button for files is called; null: Choose files.</summary>
    [Parameter] public string? FilesText { get; set; }

    /// <summary>What the button for a folder is called; null: folders cannot be chosen.</summary>
    [Parameter] public string? FolderText { get; set; }

    /// <summary>Whether several files can be chosen at once.</summary>
    [Parameter] public bool Multiple { get; set; }

    /// <summary>Kinds of files, as the <c>accept</c> attribute has them; null: any.</summary>
    [Parameter] public string? Accept { get; set; }

    /// <summary>Id of the input for files.</summary>
    [Parameter] public string? FilesId { get; set; }

    /// <summary>Id of the input for a folder.</summary>
    [Parameter] public string? FolderId { get; set; }

    /// <summary>Limits and the like; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>The element on which files are dropped.</summary>
    public ElementReference Zone { get; private set; }

    /// <summary>The input for files.</summary>
    public ElementReference Files { get; private set; }

    /// <summary>The input for a folder, where there is one.</summary>
    public ElementReference Folder { get; private set; }
}
