using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Contracts;
using Playground.Client.Pages.Shares;

namespace Playground.Client.Pages.Gallery;

/// <summary>Saves the images of a run to the gallery, all or those picked, and leads to them there; and shares the run.</summary>
public sealed partial class SaveToGallery(IGallery gallery, IDialogService dialogs)
{
    private bool _isBusy;
    private int _saved;
    private string? _problem;

    /// <summary>The run.</summary>
    [Parameter, EditorRequired] public string Run { get; set; } = "";

    /// <summary>How many images it has.</summary>
    [Parameter] public int Count { get; set; }

    /// <summary>Whether images are being picked.</summary>
    [Parameter] public bool Picks { get; set; }

    /// <summary>Those picked, from 0 on; none: all are meant.</summary>
    [Parameter] public IReadOnlyList<int> Picked { get; set; } = [];

    /// <summary>Picking is to begin or to end.</summary>
    [Parameter] public EventCallback Pick { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
        => _saved = (await gallery.ListAsync(new GalleryQuery { Run = Run, Take = 1 }, CancellationToken.None)).Total;

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            await gallery.SaveAsync(new GallerySave { Run = Run, Images = Picked }, CancellationToken.None);
            _saved = (await gallery.ListAsync(new GalleryQuery { Run = Run, Take = 1 }, CancellationToken.None)).Total;
            if (Picks) await Pick.InvokeAsync();
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private Task ShareAsync() => ShareDialog.OpenAsync(dialogs, ShareKind.Run, Run);
}
