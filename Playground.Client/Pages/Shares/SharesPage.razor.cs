using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Shares;

/// <summary>What somebody shares, with what can be done about it: another link, single images taken out, the end.</summary>
public sealed partial class SharesPage(IShares shares, IDialogService dialogs)
{
    private IReadOnlyList<ShareView>? _shares;
    private IReadOnlyList<SharedImageView> _images = [];
    private string? _managed, _problem;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _shares = await shares.ListAsync(CancellationToken.None);

    private async Task RefreshAsync()
    {
        _shares = await shares.ListAsync(CancellationToken.None);
        if (_managed is not null) _images = await shares.ListImagesAsync(_managed, CancellationToken.None) ?? [];
        StateHasChanged();
    }

    private async Task ManageAsync(ShareView share)
    {
        _managed = _managed == share.Id ? null : share.Id;
        await RefreshAsync();
    }

    private async Task WithdrawAsync(ShareView share, SharedImageView image)
    {
        var isThere = await shares.WithdrawAsync(share.Id, image.Image, !image.Withdrawn, CancellationToken.None);
        _problem = isThere ? null : T["GoneMeanwhile"].Value;
        await RefreshAsync();
    }

    private async Task RenewAsync(ShareView share)
    {
        if (await shares.RenewAsync(share.Id, CancellationToken.None) is { } made)
            await ShareDialog.OpenAsync(dialogs, share.Kind, share.Target, made: made);
        else _problem = T["GoneMeanwhile"];
        await RefreshAsync();
    }

    private Task RevokeAsync(ShareView share)
        => AskAsync(T["RevokeAsk"], T["RevokeText"], T["Revoke"], () => shares.RevokeAsync(share.Id, CancellationToken.None));

    private Task RevokeAllAsync()
        => AskAsync(T["RevokeAllAsk"], T["RevokeAllText"], T["RevokeAll"], () => shares.RevokeAllAsync(CancellationToken.None));

    private async Task AskAsync(string title, string text, string button, Func<Task> revoke)
    {
        var parameters = new DialogParameters<ConfirmDelete>
        {
            { d => d.Text, text },
            { d => d.Button, button },
            { d => d.Delete, async _ =>
                {
                    await revoke();
                    return null;
                }
            },
        };
        if (await ConfirmDelete.AskAsync(dialogs, title, parameters)) await RefreshAsync();
    }
}
