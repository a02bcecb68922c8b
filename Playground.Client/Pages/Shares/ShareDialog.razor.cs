using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Shares;

/// <summary>Asks how something is to be shared, makes its link, and shows it this once.</summary>
public sealed partial class ShareDialog(IShares shares, NavigationManager navigation, IJSRuntime js, TimeProvider clock)
{
    private readonly string _form = $"s-{Guid.NewGuid():N}"[..10];
    private string? _title, _note, _password, _problem;
    private int _days;
    private bool _remix = true, _metadata, _indexed, _isBusy, _copied;
    private NewShare? _made;

    /// <summary>One of <see cref="ShareKind"/>.</summary>
    [Parameter, EditorRequired] public string Kind { get; set; } = "";

    /// <summary>Id of the board, the image, the run or the evaluation; null for a gallery and a selection.</summary>
    [Parameter] public string? Target { get; set; }

    /// <summary>Ids of the images of a selection.</summary>
    [Parameter] public IReadOnlyList<string> Images { get; set; } = [];

    /// <summary>Which of an evaluation's reports.</summary>
    [Parameter] public int Cell { get; set; }

    /// <summary>A share that has just got another link, to be shown; null: one is to be made.</summary>
    [Parameter] public NewShare? Made { get; set; }

    [CascadingParameter] private IMudDialogInstance Dialog { get; set; } = null!;

    private string Address => navigation.ToAbsoluteUri(_made!.Path).ToString();

    // As an image it cannot run anything.
    private string QrCode => $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(shares.DrawQrCode(Address)))}";

    private Option<int>[] Expiries => [new(0, T["ExpiresNever"]), new(1, T["ExpiresDay"]), new(7, T["ExpiresWeek"]),
        new(30, T["ExpiresMonth"])];

    /// <summary>Opens the dialog and waits for its end.</summary>
    /// <param name="dialogs">Where it is opened.</param>
    /// <param name="kind">One of <see cref="ShareKind"/>.</param>
    /// <param name="target">What is shared; null for a gallery and a selection.</param>
    /// <param name="images">The images of a selection.</param>
    /// <param name="cell">Which of an evaluation's reports.</param>
    /// <param name="made">A share that has just got another link, to be shown.</param>
    public static async Task OpenAsync(IDialogService dialogs, string kind, string? target, IReadOnlyList<string>? images = null,
        int cell = 0, NewShare? made = null)
    {
        var parameters = new DialogParameters<ShareDialog>
        {
            { d => d.Kind, kind }, { d => d.Target, target }, { d => d.Images, images ?? [] }, { d => d.Cell, cell }, { d => d.Made, made },
        };
        var texts = made is null ? null : made.Share.Title;
        await (await dialogs.ShowAsync<ShareDialog>(texts, parameters)).Result;
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _made = Made;
        await Dialog.SetTitleAsync(T["ShareTitle"]);
    }

    private async Task CreateAsync()
    {
        if (_isBusy) return;
        (_isBusy, _problem) = (true, null);
        try
        {
            _made = await shares.AddAsync(new ShareRequest
            {
                Kind = Kind,
                Target = Target,
                Images = Images,
                Cell = Cell,
                Title = _title ?? "",
                Note = _note ?? "",
                Expires = _days > 0 ? clock.GetUtcNow().AddDays(_days) : null,
                Password = string.IsNullOrEmpty(_password) ? null : _password,
                Indexed = _indexed,
                Metadata = _metadata,
                Remix = _remix,
            }, CancellationToken.None);
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

    private async Task CopyAsync()
    {
        try
        {
            await js.InvokeVoidAsync("navigator.clipboard.writeText", Address);
            _copied = true;
        }
        catch (JSException)
        {
            // Without TLS a browser copies nothing for a page; the link can be selected.
        }
    }
}
